"""The OpenAPI document says what the default code answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from blueprint.documents import openapi
from blueprint.documents.openapi import Handwritten
from blueprint.spec.load import load_spec
from tests.unit.documents.references import broken_references, references_in
from tests.unit.documents.specs import NOTEBOOK, SHOP


def document(text: str = SHOP) -> Any:
    return openapi(load_spec(text, "blueprint.yaml"), "1.2.3")


def body_of(document: Any, operation: Any) -> Any:
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return document["components"]["schemas"][reference.rpartition("/")[2]]


def test_each_resource_has_a_collection_and_its_rows() -> None:
    routes = {
        path: [method for method in item if method != "parameters"]
        for path, item in document()["paths"].items()
    }

    assert routes == {
        "/products": ["post", "get"],
        "/products/{id}": ["get", "put", "delete"],
        "/orders": ["post", "get"],
        "/orders/{id}": ["get", "put", "delete"],
        "/users": ["post", "get"],
        "/users/{id}": ["get", "delete"],
        "/users/{id}/close": ["post"],
    }


def test_a_new_row_brings_what_the_service_does_not_keep_by_itself() -> None:
    body = body_of(document(), document()["paths"]["/orders"]["post"])

    assert list(body["properties"]) == body["required"] == ["items", "buyer", "method"]


def test_an_optional_field_may_be_left_out_or_null() -> None:
    body = body_of(document(), document()["paths"]["/products"]["post"])

    assert "discount" not in body["required"]
    integer, null = body["properties"]["discount"]["anyOf"]
    assert (integer["type"], null) == ("integer", {"type": "null"})


def test_a_row_is_replaced_by_what_would_create_it() -> None:
    paths = document()["paths"]

    assert paths["/products/{id}"]["put"]["requestBody"] == paths["/products"]["post"]["requestBody"]


def test_an_answer_holds_every_field() -> None:
    order = document()["components"]["schemas"]["OrderView"]

    expected = ["id", "created_at", "items", "buyer", "method", "status", "total", "reason"]
    assert list(order["properties"]) == order["required"] == expected


@pytest.mark.parametrize(
    ("limit", "keywords"),
    [
        (">= 2", {"minimum": 2}),
        ("> 2", {"exclusiveMinimum": 2}),
        ("<= 2", {"maximum": 2}),
        ("< 2", {"exclusiveMaximum": 2}),
        ("== 2", {"minimum": 2, "maximum": 2}),
    ],
)
def test_a_limit_is_written_down(limit: str, keywords: dict[str, int]) -> None:
    found = document(NOTEBOOK.replace("text: str?", f"text: int {limit}"))

    body = body_of(found, found["paths"]["/notes"]["post"])

    assert keywords.items() <= body["properties"]["text"].items()


def test_a_page_is_asked_for_by_limit_and_cursor() -> None:
    limit, cursor = document()["paths"]["/orders"]["get"]["parameters"]

    assert (limit["name"], cursor["name"]) == ("limit", "cursor")
    assert limit["schema"].items() >= {"minimum": 1, "maximum": 100, "default": 20}.items()


def test_creating_takes_an_idempotency_key() -> None:
    [parameter] = document()["paths"]["/orders"]["post"]["parameters"]

    assert (parameter["name"], parameter["in"]) == ("Idempotency-Key", "header")


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("/products", "post", ["201", "400", "409", "413", "422", "default"]),
        ("/orders", "post", ["201", "400", "409", "413", "422", "default"]),
        ("/orders", "get", ["200", "400", "422", "default"]),
        ("/orders/{id}", "get", ["200", "404", "422", "default"]),
        ("/products/{id}", "put", ["200", "400", "404", "409", "413", "422", "default"]),
        ("/orders/{id}", "delete", ["204", "404", "422", "default"]),
        ("/users/{id}/close", "post", ["200", "404", "409", "422", "default"]),
    ],
)
def test_an_operation_names_the_errors_that_it_can_end_in(
    path: str, method: str, statuses: list[str]
) -> None:
    assert list(document()["paths"][path][method]["responses"]) == statuses


def test_every_error_is_a_problem() -> None:
    for response in document()["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def test_every_reference_leads_somewhere() -> None:
    assert references_in(document())
    assert broken_references(document()) == []


ALIKE = """\
version: 1
name: note-book
pattern: monolith
stack: fastapi
types:
  problem: {what: str, place: row_error}
  row_error: {line: int}
services:
  notes:
    resource: {title: str, problem: problem}
"""


def test_names_that_look_alike_do_not_meet() -> None:
    found = document(ALIKE)
    schemas = found["components"]["schemas"]

    assert [name for name in schemas if "Problem" in name] == [
        "Problem-Input",
        "note_book__notes__types__Problem-Output",
        "note_book__platform__http__problems__Problem",
    ]
    answer = found["components"]["responses"]["Problem404"]["content"]["application/problem+json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/note_book__platform__http__problems__Problem"}
    assert broken_references(found) == []


def test_the_schemas_of_a_pack_give_way_and_follow_the_types_of_the_spec() -> None:
    spec = load_spec(ALIKE.replace("services:", "services:\n  lamps: {resource: {p: row_error}}"), "b.yaml")
    answer = {
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/note_book__lamps__types__RowError-Output"}
            }
        }
    }
    own = {"title": "RowError", "properties": {}}
    other = {"title": "NewNote", "properties": {"mine": {}}}
    written = {
        "paths": {"/lamps": {"get": {"tags": ["lamps"], "responses": {"200": answer}}}},
        "components": {
            "schemas": {
                "note_book__lamps__types__RowError-Output": own,
                "note_book__lamps__api__NewNote-Input": other,
            },
            "securitySchemes": {"bearer": {"type": "http"}},
        },
    }

    found: Any = openapi(spec, "1", Handwritten(frozenset({"lamps"}), written))

    assert list(found["paths"]) == ["/lamps", "/notes", "/notes/{id}"]
    assert found["components"]["securitySchemes"] == {"bearer": {"type": "http"}}
    schemas = found["components"]["schemas"]
    assert schemas["note_book__lamps__api__NewNote"] == other
    assert list(schemas["note_book__lamps__types__RowError"]["properties"]) == ["line"]


def test_operations_have_names_of_their_own() -> None:
    names = [
        operation["operationId"]
        for item in document()["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]

    assert len(set(names)) == len(names)


def test_an_operation_is_named_after_its_service_and_its_function() -> None:
    assert document()["paths"]["/orders"]["get"]["operationId"] == "orders_browse"


def test_the_title_is_the_name_of_the_project() -> None:
    assert document(NOTEBOOK)["info"].items() >= {"title": "Note book", "version": "1.2.3"}.items()


def test_the_same_spec_gives_the_same_text() -> None:
    assert json.dumps(document()) == json.dumps(document())


def lengths(fields: str) -> Any:
    head = "version: 1\nname: shop\npattern: monolith\nstack: fastapi\n"
    types = "types: {tag: {name: str 1..9, more: 'list[str]'}}\n"
    return document(f"{head}{types}services: {{books: {{resource: {{{fields}}}}}}}\n")


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        ("str", {**TEXT, "maxLength": 10_000}),
        ("str?", {"anyOf": [{**TEXT, "maxLength": 10_000}, {"type": "null"}]}),
        ("str unique", {**TEXT, "maxLength": 500}),
        ("str 0..20", {**TEXT, "maxLength": 20}),
        ("str 1..50000", {**TEXT, "maxLength": 50_000, "minLength": 1}),
        ("'list[str]'", {"items": {**TEXT, "maxLength": 10_000}, "type": "array", "maxItems": 1_000}),
        (
            "'list[int] 1..5'",
            {"items": {"type": "integer", "format": "int64"}, "type": "array", "maxItems": 5, "minItems": 1},
        ),
    ],
)
def test_what_a_request_brings_has_an_end(kind: str, schema: object) -> None:
    found = lengths(f"field: {kind}")

    body = body_of(found, found["paths"]["/books"]["post"])

    assert body["properties"]["field"] == {**schema, "title": "Field"}


def test_the_values_of_types_have_an_end_too() -> None:
    tag = lengths("tags: 'list[tag]'")["components"]["schemas"]["Tag"]["properties"]

    assert tag["name"].items() >= {"minLength": 1, "maxLength": 9}.items()
    assert (tag["more"]["maxItems"], tag["more"]["items"]["maxLength"]) == (1_000, 10_000)


def test_what_is_private_is_brought_and_not_answered() -> None:
    found = lengths("title: str, cost: money private")
    body = body_of(found, found["paths"]["/books"]["post"])

    assert list(body["properties"]) == body["required"] == ["title", "cost"]
    assert list(found["components"]["schemas"]["BookView"]["properties"]) == ["id", "created_at", "title"]
