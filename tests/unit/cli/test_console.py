"""Colour goes where it is wanted, data and messages go their own ways."""

from __future__ import annotations

import pytest

from blueprint.cli.console import ColorChoice, Terminal, wants_color
from blueprint.cli.flags import take_flags
from blueprint.report.result import Result


@pytest.mark.parametrize(
    ("choice", "environ", "is_terminal", "wanted"),
    [
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"GITHUB_ACTIONS": "true"}, False, False),
        ("auto", {}, True, True),
        ("auto", {}, False, False),
    ],
)
def test_the_strongest_wish_about_colour_wins(
    choice: ColorChoice, environ: dict[str, str], is_terminal: bool, wanted: bool
) -> None:
    assert wants_color(choice, environ, is_terminal=is_terminal) is wanted


def test_people_get_data_on_stdout_and_messages_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal("auto", json=False)
    terminal.say("data")
    terminal.note("message")
    terminal.answer(Result("go", "ok"))
    assert capsys.readouterr() == ("data\n", "message\n")


def test_programs_get_the_first_answer_and_nothing_else_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal("always", json=True)
    terminal.say("data")
    terminal.answer(Result("go", "ready"))
    terminal.answer(Result("go", "ok"))
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert '"ready"' in out


def test_a_name_that_is_not_unicode_does_not_stop_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal("auto", json=False).say("caf\udce9")
    assert capsys.readouterr().out == "caf\\udce9\n"


def test_flags_are_taken_from_anywhere_but_after_a_double_dash() -> None:
    flags = take_flags(["--color=never", "run", "--json", "x", "--", "--json"])
    assert (flags.json, flags.color, flags.arguments) == (True, "never", ("run", "x", "--", "--json"))
