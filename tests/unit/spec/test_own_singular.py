"""A service may say itself what one of its rows is called."""

from __future__ import annotations

import pytest

from blueprint.documents.openapi import openapi
from blueprint.errors import SpecError
from blueprint.spec.edit import with_service, with_singular
from blueprint.spec.load import load_spec
from blueprint.spec.names import Name

from .examples import BLANK, PATH, SHOP, blank_with, changed, codes_of, only_problem_of

GLASSES = blank_with(
    "  spare-lenses: {singular: eye-glass, resource: {note: str}, publishes: {created: glass.made}}\n"
)


def test_all_names_of_a_row_follow_what_the_service_says():
    spec = load_spec(GLASSES, PATH)
    [service] = spec.services

    assert (service.singular, service.id_name) == ("eye-glass", "eye_glass_id")
    assert [field.name for field in spec.event_data("glass.made")] == ["eye_glass_id", "note"]
    document: dict = openapi(spec, "1")
    assert list(document["paths"]) == ["/spare-lenses", "/spare-lenses/{id}"]
    assert {"EyeGlassView", "NewEyeGlass"} <= document["components"]["schemas"].keys()
    assert document["paths"]["/spare-lenses"]["post"]["operationId"] == "spare_lenses_create"


def test_without_it_the_rules_of_english_count():
    [service] = load_spec(GLASSES.replace("singular: eye-glass, ", ""), PATH).services
    assert (service.own_singular, service.singular, service.id_name) == (None, "spare-lens", "spare_lens_id")


@pytest.mark.parametrize(
    ("singular", "code"),
    [
        ("Eye Glass", "bad-name"),
        ("eye_glass", "bad-name"),
        ("x" * 41, "bad-name"),
        ("[a]", "wrong-shape"),
    ],
)
def test_what_cannot_be_a_singular_is_told_with_its_place(singular, code):
    problem = only_problem_of(GLASSES.replace("singular: eye-glass", f"singular: {singular}"))
    assert (problem.code, problem.line, problem.column) == (code, 6, 28)


def test_two_services_whose_rows_have_one_name_are_refused_at_the_one_that_says_it():
    text = blank_with("  lenses: {resource: {a: str}}\n  glasses: {singular: lens, resource: {a: str}}\n")
    problem = only_problem_of(text)
    assert (problem.code, problem.line, problem.column) == ("same-name", 7, 23)
    assert problem.message == 'the service "lenses" and the service "glasses" would both give the name Lens'


def test_a_singular_can_settle_that_two_services_have_one():
    text = blank_with("  lens: {resource: {a: str}}\n  lenses: {singular: glass, resource: {a: str}}\n")
    assert codes_of(text) == []


def test_a_type_and_a_row_of_one_name_are_refused():
    text = changed(
        blank_with("  lenses: {singular: pair, resource: {a: str}}\n"),
        ("services:", "types: {pair: {a: str}}\nservices:"),
    )
    assert codes_of(text) == ["same-name"]


def test_the_id_that_every_row_has_follows_it():
    text = GLASSES.replace("note: str", "eye_glass_id: str")
    assert only_problem_of(text).code == "reserved-name"
    assert codes_of(GLASSES.replace("note: str", "spare_lens_id: str")) == []


def test_a_singular_alone_is_no_service():
    assert codes_of(blank_with("  lenses: {singular: lens}\n")) == ["empty-service"]


def test_it_is_written_with_the_service():
    [service] = load_spec(GLASSES, PATH).services
    text = with_service(BLANK, service)
    assert "  spare-lenses:\n    singular: eye-glass\n    resource: {note: str}\n" in text
    assert load_spec(text, PATH).service("spare-lenses") == service


IN_BRACES = (
    "{version: 1, name: shop, pattern: monolith, stack: fastapi,\n"
    " services: {orders: {resource: {note: str}}}}"
)
BODIES = {
    "lines": "  orders:\n    resource: {note: str}\n",
    "comments": "  orders:  # one\n    # two\n    resource:  # three\n      note: str\n    # four\n",
    "braces": "  orders: {resource: {note: str}}\n",
    "odd braces": "  orders: {\n    resource: {note: str} }\n",
    "wide": "      orders:\n\n          resource: {note: str}",
    "quotes": "  'orders':\n    \"resource\": {note: str}\n",
    "braces around all": None,
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_it_is_written_into_any_text(body, line_break):
    text = (blank_with(BODIES[body]) if BODIES[body] else IN_BRACES).replace("\n", line_break)

    edited = with_singular(text, "orders", "thing")

    before, [after] = load_spec(text, PATH), load_spec(edited, PATH).services
    assert after.own_singular == Name("thing")
    assert after.resource == before.services[0].resource
    assert edited.count("singular: thing") == 1
    assert edited.replace("singular: thing, ", "").replace("singular: thing", "").split() == text.split()
    assert edited.count(line_break) - text.count(line_break) in (0, 1)


def test_the_first_action_of_a_workflow_takes_the_id_under_this_name():
    text = changed(SHOP, ("  orders:\n", "  orders:\n    singular: purchase\n"))
    with pytest.raises(SpecError) as error:
        load_spec(text, PATH)
    assert {problem.code for problem in error.value.problems} == {"unbound-input"}
    fixed = text.replace("order_id: str,", "purchase_id: str,")
    orders = load_spec(fixed, PATH).service("orders")
    assert orders.action("confirm").inputs[0].name == "purchase_id"
