"""An event comes out of the broker as it went in, and what is none is told apart."""

import pytest

from shop.platform.broker import Event, Unreadable, decode, encode

EVENT = Event(
    "e1", "thing.happened", "clé 🔑", {"text": "\u2028", "deep": [{"none": None}]}, "2026-01-02T03:04:05+00:00"
)


def test_an_event_comes_back_as_it_was() -> None:
    assert decode(encode(EVENT), "log-1") == EVENT


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"{", b"null", b"[]", b"{}", encode(EVENT).replace(b'"e1"', b"1"), b"[" * 100_000],
    ids=["nothing", "no text", "cut off", "null", "list", "empty", "wrong type", "deep"],
)
def test_what_is_no_event_is_told_with_its_place(body: bytes) -> None:
    found = decode(body, "log-1")

    assert isinstance(found, Unreadable)
    assert (found.origin, found.body) == ("log-1", body)
    assert len(found.error) < 2000
