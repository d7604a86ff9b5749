"""What some services answer, out of a document of many."""

from __future__ import annotations

from typing import Any

from blueprint.documents.subset import without_tags


def operation(tag: str, schema: str) -> dict[str, Any]:
    return {"tags": [tag], "responses": {"200": {"$ref": f"#/components/schemas/{schema}"}}}


DOCUMENT = {
    "openapi": "3.1.0",
    "tags": [{"name": "users"}, {"name": "orders"}],
    "paths": {
        "/users": {
            "parameters": [{"$ref": "#/components/parameters/Limit"}],
            "post": operation("users", "User"),
        },
        "/both": {"get": operation("users", "User"), "post": operation("orders", "Order")},
        "/orders": {"get": operation("orders", "Order")},
    },
    "components": {
        "schemas": {
            "User": {"$ref": "#/components/schemas/Name"},
            "Order": {"items": [{"$ref": "#/components/schemas/Line"}]},
            "Name": {},
            "Line": {"$ref": "#/components/schemas/Order"},
        },
        "parameters": {"Limit": {}},
        "securitySchemes": {"token": {"type": "http"}},
    },
}


def test_operations_go_with_all_that_only_they_needed() -> None:
    rest = without_tags(DOCUMENT, {"users"})

    assert {path: sorted(item) for path, item in rest["paths"].items()} == {
        "/both": ["post"],
        "/orders": ["get"],
    }
    assert rest["tags"] == [{"name": "orders"}]
    assert rest["components"] == {
        "schemas": {name: DOCUMENT["components"]["schemas"][name] for name in ("Order", "Line")},
        "securitySchemes": {"token": {"type": "http"}},
    }


def test_a_document_in_which_nothing_is_missing_stays_as_it_is() -> None:
    assert without_tags(DOCUMENT, {"payments"}) is DOCUMENT
    assert without_tags(DOCUMENT, ()) is DOCUMENT
