"""What is published arrives, as it was and in its order, in every group, though processes die."""

from __future__ import annotations

import time

import pytest

from tests.brokers.conftest import Place
from tests.brokers.member import Message
from tests.support.system import eventually

pytestmark = pytest.mark.in_turns(3)

STRANGE = {"text": "Žluťoučký 🐎 \u2028 \\ \" '", "none": None, "empty": "", "deep": {"list": [1, 2.5, True]}}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

NOTICED = 10.0
"""Seconds in which every broker answers at least once."""


def numbered(key: str, count: int) -> list[Message]:
    return [Message(f"{key}-{number:03}", key) for number in range(count)]


def test_an_event_arrives_as_it_was_published(place: Place) -> None:
    sent = [
        Message("1", "Schlüssel 🔑 / *", STRANGE, workflow="checkout", traceparent=TRACE),
        Message("2", "empty", {}),
    ]
    place.member().publish(*sent)

    got = place.member().receive_all(2)

    assert sorted(got, key=lambda message: message.id) == sent


def test_what_the_broker_has_taken_survives_the_death_of_the_publisher(place: Place) -> None:
    publisher = place.member()
    publisher.stream("a", "b", "c")
    eventually(lambda: len(publisher.taken) > 300, 30, "300 events taken")
    publisher.kill()
    taken = set(publisher.taken)

    reader = place.member()
    reader.work()

    eventually(
        lambda: taken <= {receipt.id for receipt in reader.receipts}, 30, "all that was taken has come"
    )


def test_what_was_not_acknowledged_comes_again(place: Place) -> None:
    first = place.member()
    first.publish(*numbered("a", 10))
    assert first.receive()
    first.kill()

    assert [message.id for message in place.member().receive_all(10)] == [m.id for m in numbered("a", 10)]


def test_every_group_gets_every_event(place: Place) -> None:
    place.member("clerks", "archive").publish(*numbered("a", 5))

    for group in ("clerks", "archive"):
        assert [message.id for message in place.member(group).receive_all(5)] == [
            m.id for m in numbered("a", 5)
        ]


def test_a_group_that_is_new_begins_at_the_end(place: Place) -> None:
    place.member().publish(*numbered("before", 5))
    later = place.member("archive", "clerks")
    later.publish(Message("after", "a"))

    assert [message.id for message in later.receive_all(1)] == ["after"]


def test_a_group_that_was_away_goes_on_where_it_was(place: Place) -> None:
    reader = place.member()
    reader.publish(*numbered("a", 3))
    assert len(reader.receive_all(3)) == 3
    reader.stop()
    place.member().publish(*numbered("b", 3))
    time.sleep(0.1)

    assert [message.id for message in place.member().receive_all(3)] == [m.id for m in numbered("b", 3)]


def test_a_consumer_knows_that_the_broker_lives_though_nothing_comes(place: Place) -> None:
    reader = place.member()
    assert reader.receive(0.5) == []
    before = reader.silence()

    def is_answered() -> bool:
        nonlocal before
        last, before = before, reader.silence()
        return before < last

    eventually(is_answered, 30, "the broker has answered", every=0.2)


@pytest.mark.exhaustive
def test_a_consumer_knows_that_the_broker_is_silent_and_hears_it_again(place: Place) -> None:
    reader = place.member()
    reader.work()
    eventually(lambda: reader.silence() < NOTICED, 30, "the broker has answered", every=0.2)

    with place.server.outage():
        eventually(lambda: reader.silence() > 3 * NOTICED, 60, "it is known to be silent", every=0.2)

    eventually(lambda: reader.silence() < NOTICED, 60, "the broker has answered", every=0.2)
