"""The samples in docs/events match their schemas, and every subscriber accepts them."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import validator_for

from shop import orders, payments, products, users
from shop.flows import FLOWS
from shop.platform.service import actions_of
from shop.platform.workflows.actions import ActionCall

FOLDER = Path(__file__).parents[1] / "docs" / "events"
EVENTS = [
    "order.cancelled",
    "order.confirmed",
    "order.placed",
    "orders.confirm.refused",
    "payment.captured",
    "payments.charge.refused",
    "payments.refund",
    "products.release",
    "products.reserve.refused",
    "stock.reserved",
]
SUBSCRIBERS = [
    ("stock.reserved", "payments.charge"),
    ("products.reserve.refused", "orders.cancel"),
    ("products.release", "orders.cancel"),
    ("order.placed", "products.reserve"),
    ("orders.confirm.refused", "payments.refund"),
    ("payment.captured", "orders.confirm"),
    ("payments.charge.refused", "products.release"),
    ("payments.refund", "products.release"),
]
ACTIONS = actions_of((users.service, products.service, orders.service, payments.service))


def written(event: str, kind: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / f"{event}.{kind}.json").read_text())
    return document


def converted(event: str, wanted: str) -> dict[str, Any]:
    """Return the data of the sample, converted to the wanted version."""
    call = ActionCall("", "", written(event, "sample")["data"], event_type=event)
    return FLOWS.versions.current(call, [wanted]).context


def test_every_event_has_a_schema_and_a_sample_and_there_are_no_others() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {
        f"{event}.{kind}.json" for event in EVENTS for kind in ("sample", "schema")
    }


@pytest.mark.parametrize("event", EVENTS)
def test_a_sample_matches_its_schema(event: str) -> None:
    sample, schema = written(event, "sample"), written(event, "schema")

    assert (sample["type"], sample["dataschema"]) == (event, schema["$id"])
    validator_for(schema, validate_formats=True).validate(sample["data"])


@pytest.mark.parametrize("event", sorted(FLOWS.versions.by_type.keys() & EVENTS))
def test_a_sample_can_be_published(event: str) -> None:
    assert FLOWS.versions.all_published(event, written(event, "sample")["data"])


@pytest.mark.parametrize(("event", "action"), SUBSCRIBERS)
def test_a_subscriber_accepts_the_sample_and_older_versions(event: str, action: str) -> None:
    for version in FLOWS.versions.line(event):
        assert ACTIONS[action].command.model_validate(converted(version, event))
