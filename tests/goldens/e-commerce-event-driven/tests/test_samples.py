"""The samples in docs/events match the messages of the broker."""

import json
from pathlib import Path

import pytest

from shop.platform.messaging.broker import Event, decode, encode

SAMPLES = sorted((Path(__file__).parents[1] / "docs" / "events").glob("*.sample.json"))


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.name)
def test_a_sample_is_an_event(file: Path) -> None:
    event = decode(file.read_bytes(), "docs")

    assert isinstance(event, Event)
    assert json.loads(encode(event)) == json.loads(file.read_text())
