"""The AsyncAPI document says which events there are, and who has to do with them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from blueprint.documents import asyncapi
from tests.unit.documents.references import broken_references, references_in
from tests.unit.documents.specs import notebook, shop


def document(*, on_broker: bool = True) -> Any:
    return asyncapi(shop(), "1.2.3", on_broker=on_broker)


def operations_of(whole: Any, action: str) -> set[str]:
    return {name for name, operation in whole["operations"].items() if operation["action"] == action}


def test_on_a_broker_everything_that_is_told_has_a_channel() -> None:
    channels = document()["channels"]

    assert {
        "order.placed",
        "products.reserve.refused",
        "payments.refund",
        "order_mails.send",
    } <= channels.keys()
    assert all(channel["address"] == name for name, channel in channels.items())


def test_without_a_broker_only_what_is_reacted_to_has_one() -> None:
    whole = document(on_broker=False)

    assert list(whole["channels"]) == ["order.placed", "order.confirmed"]
    assert {channel["address"] for channel in whole["channels"].values()} == {None}


def test_without_events_there_are_no_channels() -> None:
    whole: Any = asyncapi(notebook(), "1", on_broker=True)

    assert whole["channels"] == whole["operations"] == whole["components"] == {}


def test_every_channel_has_one_sender() -> None:
    whole = document()

    assert len(operations_of(whole, "send")) == len(whole["channels"])
    assert "products.sends.stock.reserved" in operations_of(whole, "send")


def test_on_a_broker_a_service_receives_what_sets_off_its_steps_and_reactions() -> None:
    received = operations_of(document(), "receive")

    assert {"products.receives.order.placed", "order_mails.receives.order.placed"} <= received
    assert "payments.receives.orders.confirm.refused" in received


def test_without_a_broker_a_service_receives_what_it_reacts_to() -> None:
    received = operations_of(document(on_broker=False), "receive")

    assert received == {"order_mails.receives.order.placed", "order_mails.receives.order.confirmed"}


def test_a_message_may_hold_more_than_is_known() -> None:
    payload = document()["components"]["messages"]["stock.reserved"]["payload"]

    assert payload["additionalProperties"] is True
    assert payload["required"] == ["order_id", "items", "buyer", "method", "total"]
    assert payload["properties"]["total"]["type"] == "integer"


def test_a_value_that_may_be_missing_is_not_required() -> None:
    payload = document()["components"]["messages"]["order.placed"]["payload"]

    assert "total" not in payload["required"]
    assert payload["properties"]["total"]["type"] == ["integer", "null"]


@pytest.mark.parametrize(
    ("on_broker", "names"),
    [
        (True, {"id", "type", "dataschema", "key", "time", "workflow", "traceparent"}),
        (False, {"id", "key", "traceparent"}),
    ],
)
def test_a_message_says_what_it_belongs_to(on_broker: bool, names: set[str]) -> None:
    headers = document(on_broker=on_broker)["components"]["messageTraits"]["event"]["headers"]

    assert set(headers["properties"]) == set(headers["required"]) == names


def test_types_are_there_by_name() -> None:
    whole = document()

    assert list(whole["components"]["schemas"]) == ["Line"]
    assert whole["components"]["schemas"]["Line"]["properties"]["quantity"]["minimum"] == 1


@pytest.mark.parametrize("on_broker", [True, False])
def test_every_reference_leads_somewhere(on_broker: bool) -> None:
    whole = document(on_broker=on_broker)

    assert references_in(whole)
    assert broken_references(whole) == []


def test_names_have_the_form_that_the_standard_asks_for() -> None:
    whole = document()

    for part in (whole["channels"], whole["operations"], whole["components"]["messages"]):
        assert all(re.fullmatch(r"[\w.-]+", name) for name in part)


def test_the_same_spec_gives_the_same_text() -> None:
    assert json.dumps(document()) == json.dumps(document())
