"""The parts of a spec have to fit together: names, fields, actions and events."""

from __future__ import annotations

import pytest

from blueprint.spec.load import load_spec

from .examples import BLANK, PATH, SHOP, blank_with, changed, codes_of, only_problem_of, problems_of


@pytest.mark.parametrize(
    ("first", "second"), [("order-item", "order_item"), ("item-2", "item2"), ("order-item", "Order-Item")]
)
def test_two_services_that_would_be_one_in_code_are_refused(first, second):  # G29
    text = blank_with(f"  {first}: {{resource: {{a: str}}}}\n  {second}: {{resource: {{a: str}}}}\n")
    problem = only_problem_of(text)
    assert (problem.code, problem.line) == ("same-name", 7)
    assert problem.message == f'"{first}" and "{second}" are the same name in code'


def test_two_fields_that_would_be_one_in_code_are_refused():
    assert codes_of(changed(BLANK, ("{note: str}", "{line_2: str, line2: str}"))) == ["same-name"]


def test_an_output_that_is_an_input_is_told_at_the_output():
    text = changed(
        SHOP, ("confirm: {in: {total: money}}", "confirm: {in: {total: money}, out: {total: money}}")
    )
    problem = next(each for each in problems_of(text) if each.code == "same-name")
    line = text.splitlines()[(problem.line or 0) - 1]
    assert line[(problem.column or 0) - 1 :].startswith("total: money}}, cancel")


def test_a_refused_part_hides_what_is_said_of_that_place_only():
    text = blank_with("  orders:\n    resource: {note: !x str}\n  lamps:\n    resource: {note: strr}\n")
    assert [(problem.code, problem.line) for problem in problems_of(text)] == [
        ("yaml-tag", 7),
        ("unknown-type", 9),
    ]


def test_two_services_whose_rows_have_one_name_are_refused():
    text = blank_with("  order: {resource: {a: str}}\n  orders: {resource: {a: str}}\n")
    assert only_problem_of(text).message == (
        'the service "order" and the service "orders" would both give the name Order'
    )


def test_an_action_can_have_the_name_of_a_row():
    text = blank_with("  refunds: {resource: {a: str}, actions: {refund: {in: {a: str}}}}\n")
    assert codes_of(text) == []


def test_a_type_and_a_row_of_one_name_are_refused():
    text = changed(BLANK, ("services:", "types: {order: {a: str}}\nservices:"))
    assert codes_of(text) == ["same-name"]


def test_a_service_can_have_the_name_of_the_project():
    assert codes_of(changed(BLANK, ("name: shop", "name: orders"))) == []


def test_the_words_of_sql_are_names_like_others():  # G27
    text = blank_with("  order: {resource: {select: str, group: int}}\n  user: {resource: {table: str}}\n")
    assert [service.name for service in load_spec(text, PATH).services] == ["order", "user"]


@pytest.mark.parametrize("body", ["", " {}", " {publishes: {}}"])
def test_a_service_that_does_nothing_is_refused(body):
    assert codes_of(blank_with(f"  orders:{body}\n")) == ["empty-service"]


@pytest.mark.parametrize("field", ["id: str", "created_at: time", "order_id: str"])
def test_what_every_row_has_by_itself_cannot_be_a_field(field):
    assert only_problem_of(changed(BLANK, ("{note: str}", f"{{a: str, {field}}}"))).code == "reserved-name"


def test_the_id_of_another_row_can_be_a_field():
    assert codes_of(changed(BLANK, ("{note: str}", "{user_id: str}"))) == []


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("mony", 'did you mean "money"?'),
        ("string", 'write "str"'),
        ("list[datetime]", 'write "time"'),
        ("lines", 'did you mean "line"?'),
    ],
)
def test_an_unknown_type_comes_with_the_one_that_was_meant(kind, hint):
    text = changed(SHOP, ("name: str", f'name: "{kind}"'))
    problem = only_problem_of(text)
    assert (problem.code, problem.line, problem.column, problem.hint) == ("unknown-type", 11, 22, hint)


@pytest.mark.parametrize(
    "place",
    [
        "types: {line: {note: HERE}}\nservices:\n  orders: {resource: {a: str}}",
        "services:\n  orders: {resource: {note: HERE}}",
        "services:\n  orders: {actions: {pack: {in: {note: HERE}}}}",
        "services:\n  orders:\n    actions:\n      pack:\n        out: {note: HERE}",
        "services:\n  orders: {resource: {a: str}, publishes: {created: [a.b, a.b.v2]}}\n"
        "events: {a.b: {note: HERE}}",
    ],
)
@pytest.mark.parametrize("field", ["mony", "ref(nobody)", '"list[mony]"', "str >= 1"])
def test_a_field_is_refused_where_it_stands(place, field):
    text = changed(BLANK, ("services:\n  orders:\n    resource: {note: str}", place.replace("HERE", field)))
    before = text[: text.index(field)]
    problem = only_problem_of(text)
    assert (problem.line, problem.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_a_type_of_the_users_goes_before_the_words_of_other_languages():
    text = changed(
        BLANK, ("services:", "types: {email: {address: str}}\nservices:"), ("note: str", "to: email")
    )
    assert codes_of(text) == []


@pytest.mark.parametrize("types", ["{a: {b: a}}", '{a: {b: "list[c]"}, c: {d: a?}}'])
def test_a_type_cannot_hold_itself(types):
    text = changed(BLANK, ("services:", f"types: {types}\nservices:"))
    assert codes_of(text) == ["circular-types"]


def test_a_type_needs_a_field():
    assert codes_of(changed(BLANK, ("services:", "types: {line: {}}\nservices:"))) == ["no-fields"]


def test_a_ref_to_nothing_comes_with_the_service_that_was_meant():
    problem = only_problem_of(changed(BLANK, ("note: str", "note: ref(order)")))
    assert (problem.code, problem.hint) == ("unknown-service", 'did you mean "orders"?')


def test_a_ref_needs_a_resource():
    text = changed(SHOP, ("name: str", "name: ref(notifications)"))
    assert codes_of(text) == ["no-resource"]


@pytest.mark.parametrize("kind", ["str >= 1", "bool == 1", "time > 0", "uuid < 1", '"list[str] >= 1"'])
def test_only_numbers_have_a_limit(kind):
    assert codes_of(changed(BLANK, ("note: str", f"note: {kind}"))) == ["misplaced-limit"]


@pytest.mark.parametrize("kind", ["bool 0..1", "time 1..9", "ref(orders) 1..9", "email 1..9"])
def test_only_texts_and_lists_have_a_length(kind):
    assert codes_of(changed(BLANK, ("note: str", f"note: {kind}"))) == ["misplaced-limit"]


@pytest.mark.parametrize(
    ("kind", "meant"),
    [("email 1..5", "email"), ("str >= 1", "str 1..200"), ("bool 0..1", "bool"), ("time > 0", "time")],
)
def test_the_hint_at_a_misplaced_limit_is_a_field_that_works(kind, meant):
    problem = only_problem_of(changed(BLANK, ("note: str", f"note: {kind}")))
    assert problem.hint == f'write "{meant}"'
    assert codes_of(changed(BLANK, ("note: str", f"note: {meant}"))) == []


def test_only_a_field_of_a_resource_is_private():
    text = changed(
        SHOP, ("quantity: int >= 1", "quantity: int private >= 1"), ("reason: str}}", "reason: str private}}")
    )
    assert codes_of(text) == ["misplaced-private", "misplaced-private"]


@pytest.mark.parametrize("kind", ["bool unique", '"list[str] unique"'])
def test_some_types_cannot_be_unique(kind):
    assert codes_of(changed(BLANK, ("note: str", f"note: {kind}"))) == ["misplaced-unique"]


def test_a_field_that_is_called_resource_is_none():
    publishes = "{note: str}\n    publishes: {created: [a.b, a.b.v2]}"
    field = "{resource: str unique}"
    text = (
        changed(BLANK, ("{note: str}", publishes)) + f"types: {{line: {field}}}\nevents: {{a.b: {field}}}\n"
    )
    assert codes_of(text) == ["misplaced-unique", "misplaced-unique"]


def test_only_a_field_of_a_resource_is_unique():
    text = changed(
        SHOP, ("quantity: int >= 1", "quantity: int unique"), ("reason: str}}", "reason: str unique}}")
    )
    assert codes_of(text) == ["misplaced-unique", "misplaced-unique"]


def test_an_action_cannot_give_under_the_name_of_what_it_takes():
    text = changed(SHOP, ('{items: "list[line]"}, out', '{items: "list[line]", total: money?}, out'))
    assert codes_of(text)[0] == "same-name"


def test_a_reason_is_written_once():
    assert codes_of(changed(SHOP, ("[out_of_stock]", "[out_of_stock, out_of_stock]"))) == ["repeated"]


@pytest.mark.parametrize("body", ["{refuses: [too_late]}", "{undo: charge_again}"])
def test_an_undo_has_to_succeed(body):
    text = changed(
        SHOP, ("    actions:\n      charge:", f"    actions:\n      refund: {body}\n      charge:")
    )
    assert codes_of(text) == ["undo-must-succeed"]


def test_an_undo_cannot_take_what_its_action_did_not_know():
    body = "{in: {order_id: str, note: str}}"
    text = changed(
        SHOP, ("    actions:\n      charge:", f"    actions:\n      refund: {body}\n      charge:")
    )
    problem = only_problem_of(text)
    assert (problem.code, problem.line) == ("unbound-input", 23)
    assert problem.message == 'the input "note" is not known in "charge", which it undoes'


def test_an_undo_undoes_one_action():
    text = changed(SHOP, ("undo: release}", "undo: release}\n      hold: {undo: release}"))
    assert codes_of(text) == ["same-name"]


def test_an_event_that_two_publish_is_refused():
    text = changed(SHOP, ("payment.captured", "order.placed"))
    problem = only_problem_of(text)
    assert (problem.code, problem.line, problem.column) == ("event-twice", 21, 25)


def test_events_that_would_be_one_in_code_are_refused():
    assert codes_of(
        changed(SHOP, ("order.placed", "stock_reserved.x"), ("stock.reserved", "stock.reserved_x"))
    ) == ["event-twice"]


def test_an_event_of_an_action_that_is_not_there_is_refused():
    problem = only_problem_of(changed(SHOP, ("{charge: payment", "{chrge: payment")))
    assert (problem.code, problem.line, problem.column) == ("unknown-action", 21, 17)
    assert problem.hint == 'did you mean "charge"?'


def test_an_event_of_a_row_needs_a_resource():
    text = changed(SHOP, ("    reacts_to", "    publishes: {created: note.made}\n    reacts_to"))
    assert codes_of(text) == ["unknown-action"]


def test_an_event_that_nobody_publishes_comes_with_the_one_that_was_meant():
    problem = only_problem_of(changed(SHOP, ("{order.confirmed: notify}", "{order.confirmd: notify}")))
    assert (problem.code, problem.line, problem.column) == ("unknown-event", 29, 17)
    assert problem.hint == 'did you mean "order.confirmed"?'


def test_a_reaction_cannot_take_what_its_event_does_not_carry():
    action = "    actions: {notify: {in: {email: str}}}\n"
    problem = only_problem_of(changed(SHOP, ("workflows:", f"{action}workflows:")))
    assert (problem.code, problem.line) == ("unbound-input", 29)
    assert problem.message == 'the input "email" is not known in "order.confirmed"'


def test_an_action_that_is_written_wrongly_is_not_said_to_be_missing_as_well():
    text = blank_with(
        "  orders: {publishes: {send: order.sent}, resource: {a: str}, actions: {send: {inn: {a: str}}}}\n"
    )
    assert "unknown-action" not in codes_of(text)
    assert codes_of(text) != []
