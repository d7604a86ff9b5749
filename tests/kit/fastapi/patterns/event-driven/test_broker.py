"""An event comes out of the broker as it went in: as a CloudEvent. What is none is told apart."""

import json

import pytest

from acme.platform.messaging.broker import Event, Unreadable, decode, encode

EVENT = Event(
    id="e1",
    source="/things",
    type="thing.happened",
    key="clé 🔑",
    time="2026-01-02T03:04:05+00:00",
    data={"text": "\u2028", "deep": [{"none": None}], "number": 10**30},
    workflow="checkout",
)


def test_an_event_comes_back_as_it_was() -> None:
    assert decode(encode(EVENT), "log-1") == EVENT


def test_it_travels_as_a_cloud_event() -> None:
    assert json.loads(encode(EVENT)) == {
        "specversion": "1.0",
        "id": "e1",
        "source": "/things",
        "type": "thing.happened",
        "subject": "clé 🔑",
        "time": "2026-01-02T03:04:05+00:00",
        "datacontenttype": "application/json",
        "data": EVENT.data,
        "workflow": "checkout",
    }


def test_what_a_later_version_adds_is_left_alone() -> None:
    assert decode(json.dumps({**json.loads(encode(EVENT)), "extra": 1}).encode(), "log-1") == EVENT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"{",
        b"null",
        b"[]",
        b"{}",
        encode(EVENT).replace(b'"e1"', b"1"),
        encode(EVENT).replace(b'"e1"', b'""'),
        encode(EVENT).replace(b'"1.0"', b'"2.0"'),
        encode(EVENT).replace(b'"deep":[', b'"deep":' + b"[" * 100_000),
    ],
    ids=[
        "nothing",
        "no text",
        "cut off",
        "null",
        "list",
        "empty",
        "wrong type",
        "no id",
        "other spec",
        "deep",
    ],
)
def test_what_is_no_event_is_told_with_its_origin(body: bytes) -> None:
    found = decode(body, "log-1")

    assert isinstance(found, Unreadable)
    assert (found.origin, found.body) == ("log-1", body)
    assert len(found.error) < 2000
