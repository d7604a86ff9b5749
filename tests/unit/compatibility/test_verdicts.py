"""A released event may grow by what is optional. Everything else is refused, with the reason."""

from __future__ import annotations

import pytest

from tests.unit.compatibility.shops import SHOP, edited, problems, reason

SIDE_BY_SIDE = edited(
    ("created: order.placed", "created: [order.placed, order.placed.v2]"),
    ("services:", "events:\n  order.placed: {order_id: str, buyer: str}\nservices:"),
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("buyer: str", "gift: bool?, buyer: str"),
        ("note: str?", "note: str?, colour: str?"),
        ("total: money", "total: int"),
        ("ref(products)", "str"),
        ("quantity: int >= 1", "quantity: int > 0"),
        ("buyer: str, total: money", "total: money, buyer: str"),
        ("buyer: str", "buyer: str unique"),
        ("total: money", "total: money >= 0"),
        ("line: {", "row: {"),
    ],
    ids=[
        "an optional field more",
        "an optional field more inside",
        "money as int",
        "ref as text",
        "the same limit in other words",
        "another order",
        "unique rows",
        "a limit that is checked where the value comes in",
        "another name of a type",
    ],
)
def test_what_nobody_notices_fits(old: str, new: str) -> None:
    changes = [(old, new)] if not new.startswith("row") else [(old, new), ("list[line]", "list[row]")]

    assert problems(*changes) == ()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("buyer: str", "colour: str, buyer: str", '"colour" is required, but older events do not have it'),
        ("total: money", "total: money?", '"total" may be empty, which current consumers do not expect'),
        ("weight: int?", "weight: int", '"weight" must not be empty, which it may be in older events'),
        ("buyer: str, ", "", '"buyer" is gone, but current consumers expect it'),
        ("weight: int?, ", "", '"weight" is gone, but current consumers expect it'),
        ("total: money", "total: str", '"total" was money and is str, so neither side understands the other'),
        (
            "placed: time",
            "placed: str",
            '"placed" was time and is str, so neither side understands the other',
        ),
        (
            "urgent: bool",
            "urgent: int",
            '"urgent" was bool and is int, so neither side understands the other',
        ),
        (
            '"list[line]"',
            "line",
            '"lines" was list[line] and is line, so neither side understands the other',
        ),
        (
            "quantity: int >= 1",
            "quantity: int >= 2",
            '"lines.quantity" is limited to int >= 2, which older events may violate',
        ),
        (
            "quantity: int >= 1",
            "quantity: int",
            '"lines.quantity" was limited to int >= 1, which current consumers rely on',
        ),
        ("note: str?", "note: str", '"lines.note" must not be empty, which it may be in older events'),
    ],
    ids=[
        "add a required field",
        "required to optional",
        "optional to required",
        "remove a field",
        "remove an optional field",
        "number to text",
        "time to text",
        "truth to number",
        "list to one",
        "narrow a limit",
        "widen a limit",
        "inside a type",
    ],
)
def test_what_one_side_would_not_understand_is_refused(old: str, new: str, why: str) -> None:
    assert reason((old, new)) == why


def test_all_reasons_of_an_event_are_told_at_once_at_its_place() -> None:
    [problem] = problems(("buyer: str", "colour: str"), ("total: money", "total: money?"))

    assert problem.code == "event-changed"
    assert problem.message.startswith('"order.placed" is no longer compatible: ')
    assert problem.message.count(";") == 2
    assert (problem.line, problem.column) == (12, 26)


def test_an_event_that_is_no_longer_published_is_refused() -> None:
    nobody_reacts = edited(("    reacts_to: {order.placed: greet}", "    resource: {text: str}"))

    [problem] = problems(("    publishes: {created: order.placed}\n", ""), before=nobody_reacts)

    assert (problem.code, problem.message) == ("event-withdrawn", '"order.placed" is no longer published')
    assert problem.hint == 'publish it again: in "orders", publishes: {created: order.placed}'


def test_who_still_reacts_to_it_is_named() -> None:
    [problem] = problems(
        ("created: order.placed", "created: order.made"), ("order.placed: greet", "order.made: greet")
    )

    assert problem.message == '"order.placed" is no longer published, and mails reacted to it'


def test_a_version_that_somebody_reacts_to_stays() -> None:
    withdrawn = (
        ("[order.placed, order.placed.v2]", "order.placed.v2"),
        ("order.placed: greet", "order.placed.v2: greet"),
    )

    [problem] = problems(*withdrawn, before=SIDE_BY_SIDE)

    assert problem.message == '"order.placed" is no longer published, and mails reacted to it'
    assert problem.hint == 'publish it alongside the newer one while services react to "order.placed"'


def test_a_version_that_nobody_reacts_to_may_go() -> None:
    moved = edited(("order.placed: greet", "order.placed.v2: greet"), text=SIDE_BY_SIDE)
    withdrawn = (
        ("[order.placed, order.placed.v2]", "order.placed.v2"),
        ("  order.placed: {order_id: str, buyer: str}\n", ""),
    )

    assert problems(*withdrawn, before=moved) == ()


def test_a_newer_version_beside_the_old_one_breaks_nobody() -> None:
    beside = edited(
        ("created: order.placed", "created: [order.placed, order.placed.v2]"),
        ("buyer: str, ", "customer: str, "),
        (
            "services:",
            "events:\n  order.placed: {order_id: str, buyer: str computed, total: money, weight: int?, "
            'placed: time, lines: "list[line]", urgent: bool}\nservices:',
        ),
    )

    assert problems((SHOP, beside)) == ()


def test_what_an_older_version_holds_is_fixed() -> None:
    assert (
        reason(("{order_id: str, buyer: str}", "{order_id: str}"), before=SIDE_BY_SIDE)
        == '"buyer" is gone, but current consumers expect it'
    )


def test_the_progress_of_workflows_is_not_released() -> None:
    workflow = (
        "workflows:\n  checkout:\n    starts: orders.created\n    steps: [payments.charge]\n"
        "    success: orders.confirm\n    failure: orders.cancel\n"
    )
    actions = "    actions: {confirm: {}, cancel: {}}\n    publishes: {created: order.placed}"
    payments = "  payments: {actions: {charge: {out: {receipt: str}}}}\n  mails:"
    before = edited(("    publishes: {created: order.placed}", actions), ("  mails:", payments)) + workflow

    assert problems(("out: {receipt: str}", "out: {number: int}"), before=before) == ()


@pytest.mark.parametrize(
    ("changes", "before", "place"),
    [
        ([("buyer: str, ", "")], SHOP, "order.placed}"),
        ([("{order_id: str, buyer: str}", "{order_id: str}")], SIDE_BY_SIDE, "order.placed: {order_id"),
        (
            [("created: order.placed", "created: order.made"), ("order.placed: greet", "order.made: greet")],
            SHOP,
            "publishes: {created: order.made}",
        ),
    ],
    ids=["published", "described", "gone"],
)
def test_a_problem_stands_where_the_event_does_or_where_it_stood(
    changes: list[tuple[str, str]], before: str, place: str
) -> None:
    text = edited(*changes, text=before)
    [problem] = problems(*changes, before=before)

    start = text[: text.index(place)]
    assert (problem.line, problem.column) == (start.count("\n") + 1, len(start) - start.rfind("\n"))
