"""What goes to Pub/Sub is what it takes, in order; what comes from it is held until it is safe."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.auth.exceptions import DefaultCredentialsError
from google.pubsub_v1 import SubscriberAsyncClient
from google.pubsub_v1.types import PubsubMessage, ReceivedMessage, StreamingPullResponse

from acme.platform.adapters import pubsub_consumer, pubsub_stream
from acme.platform.adapters.google_pubsub import Address
from acme.platform.adapters.pubsub import BATCH, LARGEST, PubSubBroker, batches, ordering_key
from acme.platform.adapters.pubsub_consumer import PubSubConsumer
from acme.platform.messaging.broker import Event, TooLarge, encode
from tests.kit.waiting import eventually

NOWHERE = "pubsub://project/shop?emulator=127.0.0.1:1"


def event(id: str, key: str = "a", text: str = "") -> Event:
    when = "2026-01-02T03:04:05+00:00"
    return Event(id=id, source="/things", type="thing.happened", key=key, time=when, data={"text": text})


class Subscriber:
    """Sends its events one by one and records what it is told; with `ends`, a stream ends after one event."""

    def __init__(self, *ids: str, ends: bool = False) -> None:
        self._ids, self._ends = list(ids), ends
        self.streams = 0
        self.acknowledged: list[str] = []
        self.kept: list[tuple[str, int]] = []

    async def streaming_pull(self, requests: object, **_: Any) -> AsyncIterator[StreamingPullResponse]:
        self.streams += 1
        return self._send()

    async def _send(self) -> AsyncIterator[StreamingPullResponse]:
        while self._ids:
            id = self._ids.pop(0)
            message = PubsubMessage(data=encode(event(id)), message_id=id)
            yield StreamingPullResponse(received_messages=[ReceivedMessage(ack_id=id, message=message)])
            if self._ends:
                raise cast(Any, ServiceUnavailable)("come again")
        await asyncio.Event().wait()

    async def acknowledge(self, ack_ids: list[str], **_: Any) -> None:
        self.acknowledged += ack_ids

    async def modify_ack_deadline(self, ack_ids: list[str], ack_deadline_seconds: int, **_: Any) -> None:
        self.kept += [(ack_id, ack_deadline_seconds) for ack_id in ack_ids]


def consumer(subscriber: Subscriber) -> PubSubConsumer:
    async def connected() -> SubscriberAsyncClient:
        return cast(SubscriberAsyncClient, subscriber)

    return PubSubConsumer("projects/project/subscriptions/shop-mail", connected)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("pubsub://project/shop", Address("project", "shop")),
        (NOWHERE, Address("project", "shop", "127.0.0.1:1")),
    ],
)
def test_a_url_names_project_topic_and_emulator(url: str, address: Address) -> None:
    assert Address.of_url(url) == address


def test_the_emulator_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", "127.0.0.1:1")

    assert Address.of_url("pubsub://project/shop").emulator == "127.0.0.1:1"


@pytest.mark.parametrize(
    "url",
    [
        "pubsub://",
        "pubsub://project",
        "pubsub://project/a b",
        f"{NOWHERE}&acks=0",
        "pubsub://project/shop?emulator=here",
    ],
)
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="BROKER_URL"):
        Address.of_url(url)


async def test_without_credentials_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    broker = PubSubBroker.of_url("pubsub://project/shop", ["mail"])

    with pytest.raises(DefaultCredentialsError):
        await broker.publish([event("1")])


async def test_an_event_that_is_too_large_is_refused_before_anything_is_published() -> None:
    broker = PubSubBroker.of_url(NOWHERE, ["mail"])

    with pytest.raises(TooLarge) as refusal:
        await broker.publish([event("1"), event("2", text="ж" * (LARGEST // 2))])

    assert refusal.value.ids == ["2"]


def test_no_more_goes_out_at_once_than_pub_sub_takes() -> None:
    assert [len(batch) for batch in batches([b"x"] * (BATCH + 1))] == [BATCH, 1]
    assert [len(batch) for batch in batches([b"x" * (LARGEST // 2 + 1)] * 2)] == [1, 1]


def test_a_key_that_pub_sub_does_not_order_has_a_name_of_its_own() -> None:
    keys = ["Schlüssel", "", "ж" * 600, "ж" * 601]

    assert ordering_key("Schlüssel") == "Schlüssel"
    assert len({ordering_key(key) for key in keys}) == len(keys)
    assert all(0 < len(ordering_key(key).encode()) <= 1024 for key in keys)


async def test_what_is_acknowledged_does_not_come_again() -> None:
    subscriber = Subscriber("1")
    mail = consumer(subscriber)
    assert await mail.receive() == [event("1")]

    await mail.acknowledge()
    await mail.close()

    assert (subscriber.acknowledged, subscriber.kept) == (["1"], [])


async def test_who_leaves_hands_back_what_it_holds_and_what_nobody_has_asked_for() -> None:
    subscriber = Subscriber("1", "2", "3")
    mail = consumer(subscriber)
    await mail.receive()

    await mail.close()

    assert subscriber.kept == [("1", 0), ("2", 0), ("3", 0)]


async def cancelled_after(rounds: int, what: Coroutine[Any, Any, object]) -> bool:
    """Cancel it after so many rounds of the event loop; whether that was heard."""
    task = asyncio.create_task(what)
    for _ in range(rounds):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=5)
    return task.cancelled()


async def test_what_comes_at_the_moment_of_a_stop_is_handed_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubsub_stream, "REST", 0.02)
    for rounds in range(1, 20):
        subscriber = Subscriber("1")
        mail = consumer(subscriber)
        await cancelled_after(rounds, mail.receive())

        await mail.close()

        assert subscriber.kept == [("1", 0)]


async def test_a_stop_is_heard_although_something_comes_at_that_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pubsub_stream, "REST", 0.02)
    for rounds in range(20):
        mail = consumer(Subscriber("1", "2", "3"))
        await mail.receive()

        assert await cancelled_after(rounds, mail.close())
        await mail.close()


async def test_a_lease_is_renewed_as_long_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubsub_consumer, "LEASE", 0.05)
    subscriber = Subscriber("1")
    mail = consumer(subscriber)
    await mail.receive()

    await eventually(lambda: renewed(subscriber, 6))
    await mail.acknowledge()

    assert subscriber.acknowledged == ["1"]
    await mail.close()


async def renewed(subscriber: Subscriber, times: int) -> bool:
    return len(subscriber.kept) >= times


async def test_who_lost_its_lease_does_not_acknowledge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubsub_consumer, "LEASE", 0)
    subscriber = Subscriber("1")
    mail = consumer(subscriber)
    await mail.receive()

    await mail.acknowledge()

    assert subscriber.acknowledged == []
    await mail.close()


async def test_a_stream_that_ends_after_its_time_is_replaced_without_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pubsub_stream, "SHORT", 0)
    subscriber = Subscriber("1", "2", ends=True)
    mail = consumer(subscriber)

    assert await mail.receive() == [event("1")]
    await mail.acknowledge()
    assert await mail.receive() == [event("2")]

    assert subscriber.streams == 2
    await mail.close()


async def test_a_stream_that_ends_at_once_is_told() -> None:
    mail = consumer(Subscriber("1", ends=True))
    await mail.receive()
    await mail.acknowledge()

    with pytest.raises(OSError, match="come again"):
        await mail.receive()
