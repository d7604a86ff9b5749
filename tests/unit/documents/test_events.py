"""Each event has a schema and a sample in each version, and they agree."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema_rs import validator_for

from blueprint.documents import asyncapi, event_files
from blueprint.spec.load import load_spec
from tests.unit.documents.references import broken_references
from tests.unit.documents.specs import SHOP, notebook, shop

VERSIONS = (
    SHOP.replace("created: order.placed,", "created: [order.placed, order.placed.v2],")
    .replace(
        "workflows:",
        'events: {order.placed: {order_id: str, items: "list[line]"}, order.confirmed: {order_id: str}}\n'
        "workflows:",
    )
    .replace("confirm: order.confirmed", "confirm: order.confirmed.v2")
    .replace("order.confirmed: send", "order.confirmed.v2: send")
)


def files(text: str = SHOP, *, on_broker: bool = True) -> dict[str, Any]:
    found = event_files(load_spec(text, "blueprint.yaml"), on_broker=on_broker)
    return {name: json.loads(json.dumps(document)) for name, document in found.items()}


def events(found: dict[str, Any]) -> set[str]:
    return {name.removesuffix(".schema.json") for name in found if name.endswith(".schema.json")}


def test_with_a_broker_all_that_is_told_is_described() -> None:
    document: Any = asyncapi(shop(), "1", on_broker=True)

    assert events(files()) == set(document["channels"])


def test_without_a_broker_what_the_spec_names_is_described() -> None:
    assert events(files(on_broker=False)) == {"stock.reserved", "order.placed", "order.confirmed"}


def test_where_nothing_is_told_there_are_no_files() -> None:
    assert event_files(notebook(), on_broker=True) == {}


@pytest.mark.parametrize("text", [SHOP, VERSIONS], ids=["plain", "versions"])
def test_every_sample_is_what_its_schema_says(text: str) -> None:
    found = files(text)

    for event in events(found):
        schema, sample = found[f"{event}.schema.json"], found[f"{event}.sample.json"]
        assert sample["dataschema"] == schema["$id"] == f"urn:events:shop:{event}"
        validator_for(schema, validate_formats=True).validate(sample["data"])


def test_a_schema_sees_what_is_wrong() -> None:
    found = files()
    data = found["order.placed.sample.json"]["data"]
    validator = validator_for(found["order.placed.schema.json"])

    assert not validator.is_valid({**data, "method": 1})
    assert not validator.is_valid({**data, "items": [{"product_id": "p1", "quantity": 0}]})
    assert validator.is_valid({**data, "unknown": 1, "total": None})


def test_a_schema_stands_on_its_own() -> None:
    schema = files()["order.placed.schema.json"]

    assert broken_references(schema) == []
    assert list(schema["$defs"]) == ["Line"]


def test_a_schema_holds_what_the_asyncapi_document_says() -> None:
    document: Any = asyncapi(shop(), "1", on_broker=True)
    found = files()

    for event, message in document["components"]["messages"].items():
        assert set(found[f"{event}.schema.json"]["properties"]) == set(message["payload"]["properties"])


def test_a_sample_is_a_whole_cloud_event() -> None:
    sample = files()["stock.reserved.sample.json"]

    assert sample == {
        "specversion": "1.0",
        "id": "sample-of-stock.reserved",
        "source": "/products",
        "type": "stock.reserved",
        "subject": "order id",
        "time": "2030-01-31T12:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:events:shop:stock.reserved",
        "data": sample["data"],
        "workflow": "checkout",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }


def test_versions_that_are_told_together_know_of_each_other() -> None:
    found = files(VERSIONS)
    older, newer = found["order.placed.sample.json"], found["order.placed.v2.sample.json"]

    assert older["versions"] == newer["versions"] == "order.placed.v2,order.placed"
    assert older["occurrence"] == newer["id"] != older["id"]
    assert "occurrence" not in newer


def test_a_version_that_is_only_known_from_before_is_described_too() -> None:
    found = files(VERSIONS, on_broker=False)

    assert found["order.confirmed.schema.json"]["required"] == ["order_id"]
    assert "versions" not in found["order.confirmed.sample.json"]


def test_every_version_has_a_channel_of_its_own() -> None:
    document: Any = asyncapi(load_spec(VERSIONS, "blueprint.yaml"), "1", on_broker=True)

    assert {"order.placed", "order.placed.v2", "order.confirmed.v2"} <= document["channels"].keys()
    assert "order.confirmed" not in document["channels"]
    assert list(document["components"]["messages"]["order.placed"]["payload"]["properties"]) == [
        "order_id",
        "items",
    ]
    assert "order_mails.receives.order.placed" in document["operations"]
    assert "products.receives.order.placed.v2" in document["operations"]


def test_the_same_spec_gives_the_same_text() -> None:
    assert json.dumps(files(VERSIONS)) == json.dumps(files(VERSIONS))


def test_what_is_private_is_told_to_nobody() -> None:
    head = "version: 1\nname: shop\npattern: event-driven\nstack: fastapi\nservices:\n"
    books = "  books: {resource: {title: str 1..9, cost: money private}, publishes: {created: book.added}}\n"
    files = event_files(load_spec(head + books, "blueprint.yaml"), on_broker=True)

    assert list(files["book.added.schema.json"]["properties"]) == ["book_id", "title"]
    assert "cost" not in str(files)
