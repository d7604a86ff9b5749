"""A workflow names what exists, knows what its steps take, and can be undone."""

from __future__ import annotations

from itertools import product

import pytest

from blueprint.spec.load import load_spec

from .examples import PATH, SHOP, blank_with, changed, codes_of, only_problem_of, problems_of

STEPS = "[products.reserve, payments.charge]"


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column", "hint"),
    [
        ("orders.created", "order.created", "unknown-service", 32, 13, 'did you mean "orders"?'),
        ("products.reserve", "product.reserve", "unknown-service", 33, 13, 'did you mean "products"?'),
        ("payments.charge", "payments.chrge", "unknown-action", 33, 31, 'did you mean "charge"?'),
        ("orders.confirm\n", "orders.confrm\n", "unknown-action", 34, 14, 'did you mean "confirm"?'),
        ("orders.cancel\n", "orders.cancle\n", "unknown-action", 35, 14, 'did you mean "cancel"?'),
    ],
)
def test_a_name_that_is_not_there_comes_with_the_one_that_was_meant(old, new, code, line, column, hint):
    problem = only_problem_of(changed(SHOP, (old, new)))
    assert (problem.code, problem.line, problem.column, problem.hint) == (code, line, column, hint)


@pytest.mark.parametrize("start", ["orders", "orders.confirmed", "created", "orders.created.twice"])
def test_a_workflow_starts_with_a_new_row(start):
    assert codes_of(changed(SHOP, ("starts: orders.created", f"starts: {start}"))) == ["bad-value"]


def test_a_workflow_cannot_start_at_a_service_without_rows():
    text = changed(SHOP, ("starts: orders.created", "starts: notifications.created"))
    assert codes_of(text) == ["unknown-service"]


@pytest.mark.parametrize("step", ["reserve", "products.", ".reserve", "products.reserve.x", "a b.c", "''"])
def test_a_step_is_a_service_and_an_action(step):
    problem = only_problem_of(changed(SHOP, ("[products.reserve", f"[{step}")))
    assert problem.code in ("bad-value", "bad-name")
    assert (problem.line, problem.column) == (33, 13)


@pytest.mark.parametrize("key", ["starts", "steps", "success", "failure"])
def test_a_workflow_has_all_its_parts(key):
    lines = [line for line in SHOP.splitlines() if not line.startswith(f"    {key}:")]
    assert only_problem_of("\n".join(lines)).message == f'the workflow "checkout" lacks {key}'


def test_a_workflow_has_a_step():
    assert codes_of(changed(SHOP, (STEPS, "[]"))) == ["missing-key"]


def test_a_workflow_does_each_action_once():
    problem = problems_of(changed(SHOP, (STEPS, "[products.reserve, payments.charge, payments.charge]")))[-1]
    assert (problem.code, problem.line, problem.column) == ("repeated", 33, 48)


def test_success_and_failure_are_two_actions():
    text = changed(SHOP, ("failure: orders.cancel", "failure: orders.confirm"))
    assert "repeated" in codes_of(text)


def test_the_service_that_starts_a_workflow_ends_it():
    text = changed(
        SHOP,
        ("[products.reserve, payments.charge]", "[products.reserve]"),
        ("orders.confirm\n", "payments.charge\n"),
    )
    assert "outcome-elsewhere" in codes_of(text)


def test_the_end_of_a_workflow_cannot_refuse():
    problem = only_problem_of(changed(SHOP, ("confirm: {in", "confirm: {refuses: [too_late], in")))
    assert (problem.code, problem.line, problem.column) == ("outcome-refuses", 34, 14)


def test_an_undo_is_no_step():
    assert "undo-as-step" in codes_of(changed(SHOP, (STEPS, "[products.reserve, products.release]")))


def test_a_step_before_one_that_may_refuse_needs_an_undo():
    problem = only_problem_of(changed(SHOP, (", undo: release", "")))
    assert (problem.code, problem.line, problem.column) == ("no-undo", 33, 13)
    assert problem.message == '"products.reserve" has no undo, but "payments.charge" after it may refuse'


@pytest.mark.parametrize("refusing", list(product([False, True], repeat=4)), ids=str)
def test_every_step_before_one_that_may_refuse_needs_an_undo(refusing):
    for undone in product([False, True], repeat=4):
        actions = "".join(
            f"      step_{number}: {{refuses: [{'no' if refusing[number] else ''}]"
            f"{f', undo: back_{number}' if undone[number] else ''}}}\n"
            for number in range(4)
        )
        text = (
            blank_with("  orders:\n    resource: {note: str}\n    actions:\n      done: {}\n      lost: {}\n")
            + actions
            + "workflows:\n  go:\n    starts: orders.created\n    success: orders.done\n"
            + "    failure: orders.lost\n    steps:\n"
            + "".join(f"      - orders.step_{number}\n" for number in range(4))
        )
        found = {problem.message for problem in problems_of(text) if problem.code == "no-undo"}
        assert found == {
            f'"orders.step_{number}" has no undo, but "orders.step_{refusing.index(True, number + 1)}" '
            "after it may refuse"
            for number in range(4)
            if not undone[number] and any(refusing[number + 1 :])
        }
        assert codes_of(text) == ["no-undo"] * len(found)


def test_the_last_step_needs_no_undo():
    text = changed(SHOP, ("        undo: refund\n", ""), (", refund: payment.refunded", ""))
    assert codes_of(text) == []


def test_a_step_needs_no_undo_where_none_after_it_refuses():
    text = changed(SHOP, (", undo: release", ""), ("        refuses: [payment_declined]\n", ""))
    assert codes_of(text) == []


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("total: money, m", "totl: money, m", '"totl" is not known', 'did you mean "total"?'),
        (
            "total: money, m",
            "xyz: money, m",
            '"xyz" is not known',
            "known here: order_id, user_id, items, method, total",
        ),
        ("total: money, m", "total: str, m", '"total" is money, not str,', 'write "total: money"'),
        (
            "total: money, m",
            "status: str, m",
            '"status" is not known',
            '"orders" fills it in later: let a step before give it',
        ),
    ],
)
def test_an_input_that_is_not_bound_is_told_at_its_step(old, new, message, hint):
    problem = only_problem_of(changed(SHOP, (old, new)))
    assert (problem.code, problem.line, problem.column) == ("unbound-input", 33, 31)
    assert problem.message == f'the input {message} at "payments.charge"'
    assert problem.hint == hint


def test_what_may_be_empty_is_not_bound_to_what_has_to_be_there():
    problem = only_problem_of(
        changed(
            SHOP,
            ("{user_id: str, items", "{user_id: str?, items"),
            ("user_id: str, total", "user_id: str, total"),
        )
    )
    assert problem.message == 'the input "user_id" may be empty at "payments.charge"'


def test_a_step_cannot_take_what_only_a_later_step_gives():
    problem = only_problem_of(changed(SHOP, (STEPS, "[payments.charge, products.reserve]")))
    assert (problem.code, problem.line, problem.column) == ("unbound-input", 33, 13)


def test_failure_knows_no_output_since_no_step_is_sure_to_have_been_done():
    text = changed(SHOP, ("cancel: {in: {reason: str}}", "cancel: {in: {reason: str, total: money}}"))
    problem = only_problem_of(text)
    assert (problem.code, problem.line) == ("unbound-input", 35)
    assert problem.hint == "known here: order_id, user_id, items, method, reason"


def test_success_knows_no_reason():
    text = changed(SHOP, ("confirm: {in: {total: money}}", "confirm: {in: {total: money, reason: str}}"))
    assert [(problem.code, problem.line) for problem in problems_of(text)] == [("unbound-input", 34)]


def test_a_step_cannot_give_what_is_known_already():
    text = changed(
        SHOP, ("        refuses: [payment", '        out: {items: "list[line]"}\n        refuses: [payment')
    )
    problem = only_problem_of(text)
    assert (problem.code, problem.message) == (
        "same-name",
        '"payments.charge" gives "items", which is known before it',
    )


def test_what_is_known_grows_with_each_step():
    spec = load_spec(SHOP, PATH)
    workflow = spec.workflows[0]
    start = ["order_id", "user_id", "items", "method"]
    assert [field.name for field in spec.context_at(workflow, 0)] == start
    assert [field.name for field in spec.context_at(workflow, 1)] == [*start, "total"]
    assert [field.name for field in spec.context_at(workflow, 2)] == [*start, "total"]
    assert [field.name for field in spec.failure_context(workflow)] == [*start, "reason"]


def test_the_workflows_of_a_service_are_those_that_it_starts():
    spec = load_spec(SHOP, PATH)
    assert spec.workflows_starting_at("orders") == spec.workflows
    assert spec.workflows_starting_at("payments") == ()


@pytest.mark.parametrize("mark", ["private", "private 1..9"])
def test_what_is_private_takes_part_in_no_workflow(mark):
    problem = only_problem_of(changed(SHOP, ("method: str, status", f"method: str {mark}, status")))

    assert (problem.code, '"method"' in problem.message) == ("unbound-input", True)
    assert "method" not in problem.hint
