"""What templates ask about a spec."""

from __future__ import annotations

import pytest

from blueprint.plan.views import event_types, needs_aliases, service_types, tells_of_creation
from blueprint.spec.load import load_spec
from blueprint.spec.model import Field, FieldType
from blueprint.spec.names import Name
from tests.unit.spec.examples import BLANK, PATH, SHOP, changed

ORDERS = "  orders:\n    resource: {note: str}\n"
BOXES = """\
types:
  box: {lines: "list[line]", lid: cover}
  line: {product_id: str}
  cover: {colour: str}
  other: {a: str}
services:
"""


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("note", False),
        ("class", True),
        ("copy", True),
        ("model_dump_it", True),
        ("model_validate_it", True),
        ("model", False),
        ("the_model_dump", False),
        ("validated", False),
    ],
)
def test_a_field_that_a_model_cannot_have_gets_another_name(name: str, needed: bool) -> None:
    text = FieldType("str")

    assert needs_aliases([Field(Name("title"), text), Field(Name(name), text)]) == needed


def test_a_new_row_is_told_where_a_workflow_or_an_event_follows() -> None:
    spec = load_spec(SHOP, PATH)
    quiet = load_spec(changed(SHOP, ("created: order.placed, ", "")), PATH)

    assert [service.name for service in spec.services if tells_of_creation(spec, service)] == ["orders"]
    assert tells_of_creation(quiet, quiet.service("orders"))
    blank = load_spec(changed(BLANK, ("{note: str}", "{note: str}\n    publishes: {created: a.b}")), PATH)
    assert tells_of_creation(blank, blank.service("orders"))


@pytest.mark.parametrize(
    "service",
    [
        "orders: {resource: {it: box}}",
        "orders: {resource: {it: 'list[box]'}}",
        "orders: {resource: {note: str}, actions: {pack: {in: {it: box}}}}",
        "orders: {resource: {note: str}, actions: {pack: {out: {it: box?}}}}",
    ],
)
def test_a_service_needs_its_types_each_behind_those_that_it_is_made_of(service: str) -> None:
    text = changed(
        BLANK, ("services:\n", BOXES), ("  orders:\n    resource: {note: str}\n", f"  {service}\n")
    )
    spec = load_spec(text, PATH)

    assert [entry.name for entry in service_types(spec, spec.service("orders"))] == ["line", "cover", "box"]
    assert event_types(spec) == ()


def test_events_need_the_types_of_what_they_hold() -> None:
    publishing = "  orders: {resource: {it: box}, publishes: {created: order.placed}}\n"
    text = changed(BLANK, ("services:\n", BOXES), (ORDERS, publishing))

    assert [entry.name for entry in event_types(load_spec(text, PATH))] == ["line", "cover", "box"]
