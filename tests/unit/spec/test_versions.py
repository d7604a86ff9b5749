"""An event can be published in several versions; what does not add up is told where it stands."""

from __future__ import annotations

import pytest

from blueprint.spec.load import load_spec
from blueprint.spec.model import Publication
from blueprint.spec.names import Name
from blueprint.spec.versions import (
    base_of,
    event_versions,
    major_of,
    newest_events,
    next_version,
    versions_known,
)

from .examples import BLANK, PATH, blank_with, changed, codes_of, only_problem_of, problems_of

SHOP = """\
version: 1
name: shop
pattern: event-driven
stack: fastapi
types:
  line: {product_id: str, quantity: int >= 1}
services:
  orders:
    resource: {buyer: str, lines: "list[line]", total: money?}
    publishes: {created: [order.placed, order.placed.v2]}
  mails:
    reacts_to: {order.placed: greet}
  stats:
    reacts_to: {order.placed.v2: count_up}
events:
  order.placed: {order_id: str, user_id: str computed, lines: "list[line]"}
"""


@pytest.mark.parametrize(
    ("event", "base", "major", "after"),
    [
        ("order.placed", "order.placed", 1, "order.placed.v2"),
        ("order.placed.v2", "order.placed", 2, "order.placed.v3"),
        ("order.placed.v19", "order.placed", 19, "order.placed.v20"),
        ("order.v2.placed", "order.v2.placed", 1, "order.v2.placed.v2"),
    ],
)
def test_the_last_word_of_an_event_is_its_version(event: str, base: str, major: int, after: str) -> None:
    assert (base_of(event), major_of(event), next_version(event)) == (base, major, after)


def test_each_version_holds_what_is_said_of_it_and_the_newest_what_follows_from_the_spec() -> None:
    spec = load_spec(SHOP, PATH)

    assert {each.title: [field.name for field in each.fields] for each in event_versions(spec)} == {
        "OrderPlacedV1": ["order_id", "user_id", "lines"],
        "OrderPlacedV2": ["order_id", "buyer", "lines", "total"],
    }


def test_each_version_knows_the_one_before_it() -> None:
    first, second = event_versions(load_spec(SHOP, PATH))

    assert (first.before, second.before) == (None, first)


def test_a_version_that_is_only_known_from_before_is_not_published() -> None:
    text = changed(
        SHOP,
        ("[order.placed, order.placed.v2]", "order.placed.v2"),
        ("order.placed: greet", "order.placed.v2: greet"),
    )

    assert [each.published for each in event_versions(load_spec(text, PATH))] == [False, True]


def test_a_reaction_takes_the_data_of_its_version() -> None:
    spec = load_spec(SHOP, PATH)
    taken = {name: spec.service(name).actions[0].inputs for name in ("mails", "stats")}

    assert [field.name for field in taken["mails"]] == ["order_id", "user_id", "lines"]
    assert [field.name for field in taken["stats"]] == ["order_id", "buyer", "lines", "total"]


@pytest.mark.parametrize("text", ["str computed later", "computed", "str computed computed", "strcomputed"])
def test_nothing_stands_behind_the_word_computed_and_a_type_before_it(text: str) -> None:
    assert codes_of(changed(SHOP, ("str computed", text))) != []


def test_the_order_in_the_list_makes_no_difference() -> None:
    text = changed(SHOP, ("[order.placed, order.placed.v2]", "[order.placed.v2, order.placed]"))

    assert load_spec(text, PATH) == load_spec(SHOP, PATH)


@pytest.mark.parametrize("newest", range(2, 13))
def test_versions_are_counted_and_not_sorted_as_text(newest: int) -> None:
    names = ["order.placed", *(f"order.placed.v{number}" for number in range(2, newest + 1))]
    entries = "".join(f"  {name}: {{order_id: str}}\n" for name in sorted(names[:-1], reverse=True))
    text = (
        f"{SHOP[: SHOP.index('events:')]}events:\n{entries}".replace(
            "[order.placed, order.placed.v2]", f"[{', '.join(sorted(names))}]"
        )
        .replace("order.placed.v2: count_up", f"{names[-1]}: count_up")
        .replace("{order.placed: greet}", f"{{{names[-2]}: greet}}")
    )

    spec = load_spec(text, PATH)

    versions = event_versions(spec)
    assert [each.event for each in versions] == names
    assert [each.before for each in versions] == [None, *versions[:-1]]
    assert newest_events(spec.service("orders")) == {"created": names[-1]}
    assert [field.name for field in versions[-1].fields] == ["order_id", "buyer", "lines", "total"]
    assert versions_known(spec) == {"order.placed": names}
    assert next_version(names[-1]) == f"order.placed.v{newest + 1}"


@pytest.mark.parametrize("only", ["order.placed", "order.placed.v2", "order.placed.v10"])
def test_the_newest_version_has_no_entry(only: str) -> None:
    services = f"  orders:\n    resource: {{note: str}}\n    publishes: {{created: {only}}}\n"

    problem = only_problem_of(f"{blank_with(services)}events:\n  {only}: {{order_id: str}}\n")

    assert (problem.code, problem.line) == ("not-older", 10)


def test_a_list_of_one_is_the_event_itself() -> None:
    text = changed(
        SHOP,
        ("[order.placed, order.placed.v2]", "[order.placed.v2]"),
        ("order.placed: greet", "order.placed.v2: greet"),
    )

    published = load_spec(text, PATH).service("orders").publishes

    assert published == (Publication(Name("created"), Name("order.placed.v2")),)


def test_a_version_can_be_left_out() -> None:
    text = SHOP.replace("order.placed.v2", "order.placed.v3")

    assert [each.title for each in event_versions(load_spec(text, PATH))] == [
        "OrderPlacedV1",
        "OrderPlacedV3",
    ]


@pytest.mark.parametrize("event", ["order.placed.v0", "order.placed.v1", "order.placed.v02", "order.v2"])
def test_what_is_no_version_is_refused(event: str) -> None:
    problem = only_problem_of(
        changed(BLANK, ("{note: str}", f"{{note: str}}\n    publishes: {{created: {event}}}"))
    )

    assert (problem.code, problem.message) == ("bad-name", f'"{event}" is not a version of an event')
    assert problem.hint == 'write "order.placed" for the first version and "order.placed.v2" for the second'


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "hint"),
    [
        (
            "[order.placed, order.placed.v2]",
            "[order.placed, order.placed.v2, order.placed]",
            10,
            '"order.placed" is in the list already',
            "delete it",
        ),
        (
            "[order.placed, order.placed.v2]",
            "[order.placed, order.placed.v2, order.made]",
            10,
            '"order.made" is not a version of "order.placed"',
            "list only versions of one event",
        ),
        (
            '  order.placed: {order_id: str, user_id: str computed, lines: "list[line]"}\n',
            "  {}\n",
            10,
            'nothing says what "order.placed" holds beside "order.placed.v2"',
            "add it at the top level, for example: events: {order.placed: {order_id: str}}",
        ),
        (
            "  order.placed: {",
            "  order.lost: {order_id: str}\n  order.placed: {",
            16,
            'no service publishes "order.lost"',
            'did you mean "order.placed"?',
        ),
        (
            "  order.placed: {",
            "  order.placed.v3: {order_id: str}\n  order.placed: {",
            16,
            '"order.placed.v3" is not older than "order.placed.v2", the newest version that is published',
            'delete the entry, or publish "order.placed.v4" beside it',
        ),
        (
            "  order.placed: {",
            "  order.placed.v2: {order_id: str}\n  order.placed: {",
            16,
            '"order.placed.v2" is not older than "order.placed.v2", the newest version that is published',
            'delete the entry, or publish "order.placed.v3" beside it',
        ),
        (
            "order.placed.v2: count_up",
            "order.placed.v3: count_up",
            14,
            'no service publishes "order.placed.v3"',
            'did you mean "order.placed.v2"?',
        ),
        (
            "{order.placed.v2: count_up}",
            "{order.placed: count_up, order.placed.v2: count_up}",
            14,
            '"stats" reacts to "order.placed" and "order.placed.v2", which tell of the same',
            "keep the newer one: it takes the older one in",
        ),
        (
            "user_id: str computed",
            "user_id: str",
            16,
            '"order.placed.v2" holds no "user_id", and "order.placed" needs "user_id: str"',
            'write "user_id: str computed", and your code fills it in',
        ),
        (
            "order_id: str, user_id",
            "order_id: str, total: money, user_id",
            16,
            '"order.placed.v2" holds "total: money?", and "order.placed" needs "total: money"',
            'write "total: money computed", and your code fills it in',
        ),
        (
            "order_id: str, user_id",
            "order_id: str, buyer: int >= 1, user_id",
            16,
            'the field "buyer" of an event has no limit',
            'write "int"',
        ),
        (
            "user_id: str computed",
            "user_id: string",
            16,
            'there is no type "string"',
            'write "str"',
        ),
        (
            "user_id: str computed",
            "user_id: computed",
            16,
            'there is no type "computed"',
            "known here: str, int, float, money, bool, time, date, uuid, email, url, json, line",
        ),
    ],
)
def test_what_does_not_add_up_is_told_with_its_line(
    old: str, new: str, line: int, message: str, hint: str
) -> None:
    problem = only_problem_of(changed(SHOP, (old, new)))

    assert (problem.line, problem.message, problem.hint) == (line, message, hint)


def test_a_version_between_others_cannot_be_left_unpublished() -> None:
    text = SHOP.replace("order.placed.v2", "order.placed.v3") + "  order.placed.v2: {order_id: str}\n"

    problem = next(each for each in problems_of(text) if each.code == "version-gap")

    assert problem.message == '"order.placed.v2" is not published, though "order.placed" before it is'
    assert (problem.line, problem.hint) == (17, 'publish "order.placed.v2", too, or delete its entry')


def test_versions_of_one_event_tell_of_one_thing() -> None:
    other = "order.placed.v2], pack: order.placed.v3}\n    actions: {pack: {}}"
    text = changed(SHOP, ("order.placed.v2]}", other))

    assert "event-twice" in codes_of(text)


def test_a_version_of_what_the_system_tells_by_itself_belongs_to_that() -> None:
    text = changed(SHOP, ("[order.placed, order.placed.v2]", "mails.greet.v2"), ("events:", "names:"))

    assert "event-taken" in codes_of(text)


def test_a_broken_entry_does_not_make_what_follows_from_it_look_broken() -> None:
    text = changed(SHOP, ("user_id: str computed", "User: str"))
    reaction = changed(
        text,
        (
            "    reacts_to: {order.placed: greet}",
            "    actions: {greet: {in: {user_id: str}}}\n    reacts_to: {order.placed: greet}",
        ),
    )

    assert codes_of(reaction) == ["bad-name"]
