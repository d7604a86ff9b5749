"""What a spec leaves out follows from what it says."""

from __future__ import annotations

import pytest

from blueprint.spec.load import load_spec
from blueprint.spec.model import Field
from blueprint.spec.names import Name

from .examples import PATH, SHOP, blank_with, changed, codes_of, only_problem_of


def _written(fields: tuple[Field, ...]) -> dict[str, str]:
    return {field.name: str(field) for field in fields}


def test_an_undo_takes_what_its_action_took_and_gave():
    release = load_spec(SHOP, PATH).service("products").action("release")
    assert _written(release.inputs) == {"items": "list[line]", "total": "money"}
    assert (release.undoes, release.undo, release.refuses) == ("reserve", None, ())


def test_the_undo_of_an_external_action_is_external():
    payments = load_spec(SHOP, PATH).service("payments")
    assert payments.action("refund").external
    assert not load_spec(SHOP, PATH).service("products").action("release").external


def test_a_written_undo_can_take_less():
    text = changed(
        SHOP,
        ("    actions:\n      charge:", "    actions:\n      refund: {in: {order_id: str}}\n      charge:"),
    )
    refund = load_spec(text, PATH).service("payments").action("refund")
    assert _written(refund.inputs) == {"order_id": "str"}
    assert (refund.undoes, refund.external) == ("charge", False)


def test_a_written_undo_without_inputs_takes_what_an_implied_one_does():
    text = changed(SHOP, ("    actions:\n      charge:", "    actions:\n      refund: {}\n      charge:"))
    refund = load_spec(text, PATH).service("payments").action("refund")
    assert _written(refund.inputs) == {"order_id": "str", "user_id": "str", "total": "money", "method": "str"}


def test_the_end_of_a_workflow_is_given_the_id_of_what_started_it():
    orders = load_spec(SHOP, PATH).service("orders")
    assert _written(orders.action("confirm").inputs) == {"order_id": "str", "total": "money"}
    assert _written(orders.action("cancel").inputs) == {"order_id": "str", "reason": "str"}


def test_an_id_that_is_written_is_not_given_twice():
    text = changed(SHOP, ("confirm: {in: {total: money}}", "confirm: {in: {total: money, order_id: str}}"))
    confirm = load_spec(text, PATH).service("orders").action("confirm")
    assert list(_written(confirm.inputs)) == ["total", "order_id"]


def test_a_reaction_takes_the_data_of_its_event():
    spec = load_spec(SHOP, PATH)
    notify = spec.service("notifications").action("notify")
    assert notify.inputs == spec.event_data("order.confirmed")


@pytest.mark.parametrize(("inputs", "names"), [("{}", []), ("{total: money}", ["total"])])
def test_a_reaction_that_says_what_it_takes_takes_that(inputs, names):
    reacts = "reacts_to: {order.confirmed: notify}"
    more = f"{reacts}\n    actions: {{notify: {{in: {inputs}}}}}"
    [notify] = load_spec(changed(SHOP, (reacts, more)), PATH).service("notifications").actions
    assert [field.name for field in notify.inputs] == names


def test_a_reaction_to_several_events_takes_what_they_have_in_common():
    reactions = "{order.confirmed: notify, order.cancelled: notify}"
    spec = load_spec(changed(SHOP, ("{order.confirmed: notify}", reactions)), PATH)
    names = [field.name for field in spec.service("notifications").action("notify").inputs]
    assert names == ["order_id", "user_id", "items", "method"]


def test_a_reaction_can_take_less_than_its_event_carries():
    text = changed(SHOP, ("workflows:", "    actions: {notify: {in: {user_id: str}}}\nworkflows:"))
    assert _written(load_spec(text, PATH).service("notifications").action("notify").inputs) == {
        "user_id": "str"
    }


@pytest.mark.parametrize(
    ("event", "names"),
    [
        ("order.placed", ["order_id", "user_id", "items", "method", "status", "total", "reason"]),
        ("stock.reserved", ["order_id", "user_id", "items", "method", "total"]),
        ("payment.captured", ["order_id", "user_id", "items", "method", "total"]),
        ("order.confirmed", ["order_id", "user_id", "items", "method", "total"]),
        ("order.cancelled", ["order_id", "user_id", "items", "method", "reason"]),
        ("payment.refunded", ["order_id", "user_id", "items", "method", "total", "reason"]),
    ],
)
def test_an_event_carries_what_is_known_when_it_happens(event, names):
    assert [field.name for field in load_spec(SHOP, PATH).event_data(event)] == names


def test_an_event_carries_no_limits_since_they_were_checked_where_the_data_came_in():
    spec = load_spec(changed(SHOP, ("method: str,", "method: str unique, weight: int >= 1,")), PATH)
    assert {str(field) for field in spec.event_data("order.placed")} <= {
        "str",
        "int",
        "list[line]",
        "money?",
        "str?",
    }


def test_an_action_of_two_workflows_tells_what_both_know():
    second = """\
  returns:
    starts: parcels.created
    steps: [products.reserve]
    success: parcels.accept
    failure: parcels.refuse
"""
    parcels = """\
  parcels:
    resource: {items: "list[line]", weight: int}
    actions: {accept: {}, refuse: {}}
"""
    text = changed(SHOP, ("workflows:\n", f"{parcels}workflows:\n")) + second
    names = [field.name for field in load_spec(text, PATH).event_data("stock.reserved")]
    assert names == ["items", "total"]


def test_an_action_of_a_workflow_that_also_reacts_tells_what_it_knows_either_way():
    confirmed = Name("order.confirmed")
    told = "    publishes: {created: order.placed"
    text = changed(SHOP, (told, f"    reacts_to: {{payment.captured: confirm}}\n{told}"))

    assert [field.name for field in load_spec(text, PATH).event_data(confirmed)] == ["order_id", "total"]
    assert len(load_spec(SHOP, PATH).event_data(confirmed)) > 2


def test_the_service_keeps_its_status_and_what_its_actions_fill_in():
    spec = load_spec(SHOP, PATH)
    orders = spec.service("orders")
    assert orders.managed_fields == ("status", "total", "reason")
    assert [field.name for field in orders.create_fields] == ["user_id", "items", "method"]
    assert spec.service("products").managed_fields == ()


def test_an_optional_field_that_no_action_uses_is_part_of_the_request():
    spec = load_spec(changed(SHOP, ("method: str,", "method: str, note: str?,")), PATH)
    assert "note" in [field.name for field in spec.service("orders").create_fields]


def test_reactions_can_follow_each_other_in_a_circle():
    text = blank_with(
        "  a1: {reacts_to: {b1.done: act}, publishes: {act: a1.done}, actions: {act: {in: {n: int}}}}\n"
        "  b1: {reacts_to: {a1.done: act}, publishes: {act: b1.done}}\n"
    )
    spec = load_spec(text, PATH)
    assert _written(spec.service("b1").action("act").inputs) == {"n": "int"}


def test_a_circle_in_which_nobody_says_what_is_told_is_refused():
    text = blank_with(
        "  a1: {reacts_to: {b1.done: act}, publishes: {act: a1.done}}\n"
        "  b1: {reacts_to: {a1.done: act}, publishes: {act: b1.done}}\n"
    )
    problem = only_problem_of(text)
    assert (problem.code, problem.line, problem.hint) == ("circular-inputs", 6, 'write "in" for a1.act')
    assert problem.column == len("  a1: {r")


def test_a_long_chain_of_reactions_is_followed_to_its_end():
    chain = "".join(
        f"  s{i}: {{reacts_to: {{s{i - 1}.done: act}}, publishes: {{act: s{i}.done}}}}\n"
        for i in range(199, 0, -1)
    )
    text = blank_with(f"{chain}  s0: {{publishes: {{act: s0.done}}, actions: {{act: {{in: {{n: int}}}}}}}}\n")
    assert codes_of(text) == []
    assert _written(load_spec(text, PATH).event_data("s199.done")) == {"n": "int"}
