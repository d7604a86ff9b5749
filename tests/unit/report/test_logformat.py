"""Log lines for people and for programs."""

from __future__ import annotations

from blueprint.report.logformat import human_format, plain_format

LINE = (
    '{"time": "2026-01-02T03:04:05.678901Z", "level": "info", '
    '"event": "request", "path": "/a", "service": "orders"}'
)
people = human_format(["orders", "gateway"], coloured=False)
programs = plain_format(["orders", "gateway"])


def test_people_see_time_level_event_and_the_rest() -> None:
    assert people("orders", LINE) == "orders  | 03:04:05.678 info    request path=/a"


def test_times_in_seconds_are_shown_alike() -> None:
    assert (
        people("gateway", '{"ts": 1.5, "level": "warn", "msg": "hi"}') == "gateway | 00:00:01.500 warn    hi"
    )


def test_programs_get_json_lines_as_they_are() -> None:
    assert programs("orders", LINE) == LINE


def test_other_lines_stand_behind_the_name_of_their_process() -> None:
    assert programs("orders", "hello") == people("orders", "hello") == "orders  | hello"


def test_a_line_that_only_looks_like_json_is_shown_as_it_is() -> None:
    assert people("orders", "{oops") == "orders  | {oops"


def test_escape_sequences_do_not_reach_the_terminal() -> None:
    assert people("orders", "\x1b]0;owned\x07a\x1b[31mb\x1b[0m\rc") == "orders  | abc"
    assert people("orders", '{"event": "a\\u001b[2Jb", "x": "\\u009bc"}') == "orders  | ab x=c"


def test_the_name_has_a_colour_of_its_own_if_colours_are_wanted() -> None:
    painted = human_format(["orders", "gateway"], coloured=True)
    assert painted("orders", "x").split("orders")[0] != painted("gateway", "x").split("gateway")[0]
