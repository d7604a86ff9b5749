"""The OpenAPI document says what the default code answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from blueprint.documents import openapi
from blueprint.spec.load import load_spec
from tests.unit.documents.references import broken_references, references_in
from tests.unit.documents.specs import NOTEBOOK, SHOP


def document(text: str = SHOP) -> Any:
    return openapi(load_spec(text, "blueprint.yaml"), "1.2.3")


def body_of(operation: Any) -> Any:
    return operation["requestBody"]["content"]["application/json"]["schema"]


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
    }


def test_a_new_row_brings_what_the_service_does_not_keep_by_itself() -> None:
    body = body_of(document()["paths"]["/orders"]["post"])

    assert list(body["properties"]) == body["required"] == ["items", "buyer", "method"]


def test_an_optional_field_may_be_left_out_or_null() -> None:
    body = body_of(document()["paths"]["/products"]["post"])

    assert "discount" not in body["required"]
    assert body["properties"]["discount"]["type"] == ["integer", "null"]


def test_a_row_is_replaced_by_what_would_create_it() -> None:
    paths = document()["paths"]

    assert body_of(paths["/products/{id}"]["put"]) == body_of(paths["/products"]["post"])


def test_an_answer_holds_every_field() -> None:
    order = document()["components"]["schemas"]["Order"]

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
    operation = document(NOTEBOOK.replace("text: str?", f"text: int {limit}"))["paths"]["/notes"]["post"]

    assert keywords.items() <= body_of(operation)["properties"]["text"].items()


def test_a_page_is_asked_for_by_limit_and_cursor() -> None:
    parameters = document()["components"]["parameters"]
    listed = [
        reference["$ref"].split("/")[-1] for reference in document()["paths"]["/orders"]["get"]["parameters"]
    ]

    assert [parameters[name]["name"] for name in listed] == ["limit", "cursor"]
    assert parameters["Limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}


def test_creating_takes_an_idempotency_key() -> None:
    [reference] = document()["paths"]["/orders"]["post"]["parameters"]
    parameter = document()["components"]["parameters"][reference["$ref"].split("/")[-1]]

    assert (parameter["name"], parameter["in"]) == ("Idempotency-Key", "header")


@pytest.mark.parametrize(
    ("path", "method", "statuses"),
    [
        ("/products", "post", ["201", "400", "409", "413", "422", "default"]),
        ("/orders", "post", ["201", "400", "413", "422", "default"]),
        ("/orders", "get", ["200", "400", "422", "default"]),
        ("/orders/{id}", "get", ["200", "404", "default"]),
        ("/products/{id}", "put", ["200", "400", "404", "409", "413", "422", "default"]),
        ("/orders/{id}", "delete", ["204", "404", "default"]),
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


def test_names_that_look_alike_do_not_meet() -> None:
    text = NOTEBOOK.replace("notes:\n", "problems:\n") + "  new-problems:\n    resource: {title: str}\n"
    schemas = document(text)["components"]["schemas"]

    assert set(schemas) == {"Problem", "NewProblem"}
    assert "created_at" in schemas["NewProblem"]["properties"]


def test_operations_have_names_of_their_own() -> None:
    names = [
        operation["operationId"]
        for item in document()["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]

    assert len(set(names)) == len(names)


def test_the_title_is_the_name_of_the_project() -> None:
    assert document(NOTEBOOK)["info"].items() >= {"title": "Note book", "version": "1.2.3"}.items()


def test_the_same_spec_gives_the_same_text() -> None:
    assert json.dumps(document()) == json.dumps(document())
