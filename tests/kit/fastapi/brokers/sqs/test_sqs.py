"""What goes to SNS is what it takes, in an order that lasts; what comes from SQS is held until it is safe."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import NoCredentialsError

from acme.platform.adapters import sqs_consumer
from acme.platform.adapters.aws import Address, Aws
from acme.platform.adapters.sqs import BATCH, LARGEST, SqsBroker, batches, body_of, plain
from acme.platform.adapters.sqs_consumer import SqsConsumer
from acme.platform.messaging.broker import Event, TooLarge, encode
from tests.kit.waiting import eventually

NOWHERE = "sqs://eu-central-1/shop?endpoint=http://127.0.0.1:1"


def event(id: str, key: str = "a", text: str = "") -> Event:
    when = "2026-01-02T03:04:05+00:00"
    return Event(id=id, source="/things", type="thing.happened", key=key, time=when, data={"text": text})


def put_together(events: list[Event]) -> list[list[str]]:
    """The ids of the events that go to SNS at once."""
    made = batches([(event, body_of(event)) for event in events])
    return [[json.loads(entry["Message"])["id"] for entry in batch] for batch in made]


class Queue:
    """Has two events for whoever asks first, and writes down what it is told."""

    def __init__(self) -> None:
        self.sqs = self
        self.asked = asyncio.Event()
        self._messages = [
            {"MessageId": id, "ReceiptHandle": id, "Body": encode(event(id)).decode()} for id in ("1", "2")
        ]
        self.deleted: list[str] = []
        self.kept: list[tuple[str, int]] = []

    async def call(self, function: Callable[..., Any], **values: Any) -> Any:
        if function == self.receive_message:
            self.asked.set()
        await asyncio.sleep(0)
        return function(**values)

    def get_queue_url(self, **_: str) -> dict[str, str]:
        return {"QueueUrl": "queue"}

    def receive_message(self, **_: Any) -> dict[str, Any]:
        messages, self._messages = self._messages, []
        return {"Messages": messages}

    def delete_message_batch(self, **told: Any) -> dict[str, Any]:
        self.deleted += [entry["ReceiptHandle"] for entry in told["Entries"]]
        return {}

    def change_message_visibility_batch(self, **told: Any) -> dict[str, Any]:
        self.kept += [(entry["ReceiptHandle"], entry["VisibilityTimeout"]) for entry in told["Entries"]]
        return {}


async def prepare() -> None: ...


def consumer(queue: Queue) -> SqsConsumer:
    return SqsConsumer(cast(Aws, queue), "shop-mail.fifo", prepare)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sqs://eu-central-1/shop", Address("eu-central-1", "shop")),
        (NOWHERE, Address("eu-central-1", "shop", "http://127.0.0.1:1")),
    ],
)
def test_a_url_names_region_prefix_and_endpoint(url: str, address: Address) -> None:
    assert Address.of_url(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "sqs://",
        "sqs://eu-central-1",
        "sqs://EU/shop",
        "sqs://eu-central-1/a b",
        f"{NOWHERE}&acks=0",
        "sqs://a-1/b?endpoint=c",
    ],
)
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="BROKER_URL"):
        Address.of_url(url)


def test_events_go_out_in_their_order_and_no_two_of_a_key_at_once() -> None:
    events = [event("1", "a"), event("2", "b"), event("3", "a"), event("4", "c")]

    assert put_together(events) == [["1", "2"], ["3", "4"]]


def test_no_more_go_out_at_once_than_sns_takes() -> None:
    many = [event(f"{number}", f"{number}") for number in range(BATCH + 1)]
    large = [event(key, key, "x" * (LARGEST // 2)) for key in ("a", "b")]

    assert [len(batch) for batch in put_together(many)] == [BATCH, 1]
    assert put_together(large) == [["a"], ["b"]]


async def test_an_event_that_is_too_large_is_refused_before_anything_is_published() -> None:
    broker = SqsBroker.of_url(NOWHERE, ["mail"])

    with pytest.raises(TooLarge) as refusal:
        await broker.publish([event("1"), event("2", text="ж" * (LARGEST // 2))])

    assert refusal.value.ids == ["2"]
    await broker.close()


def test_a_key_that_sqs_does_not_take_has_a_name_of_its_own() -> None:
    keys = ["order-1", "Schlüssel", "two words", "", "x" * 129]

    assert plain("order-1") == "order-1"
    assert len({plain(key) for key in keys}) == len(keys)
    assert all(plain(key).isascii() and 0 < len(plain(key)) <= 128 for key in keys)


def test_characters_that_sns_does_not_take_arrive_all_the_same() -> None:
    strange = "\uffff \ufffe \x00"

    body = body_of(event("1", text=strange))

    assert not set("\uffff\ufffe\x00") & set(body)
    assert json.loads(body)["data"] == {"text": strange}


async def test_without_credentials_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    broker = SqsBroker.of_url(NOWHERE, ["mail"])

    with pytest.raises(NoCredentialsError):
        await broker.publish([event("1")])

    await broker.close()


async def test_what_is_acknowledged_is_deleted() -> None:
    queue = Queue()
    mail = consumer(queue)
    assert await mail.receive() == [event("1"), event("2")]

    await mail.acknowledge()

    assert queue.deleted == ["1", "2"]
    await mail.close()


async def test_who_leaves_hands_back_what_it_holds_and_the_last_first() -> None:
    queue = Queue()
    mail = consumer(queue)
    await mail.receive()

    await mail.close()

    assert queue.kept == [("2", 0), ("1", 0)]


async def test_what_comes_after_nobody_waits_any_more_is_handed_back() -> None:
    queue = Queue()
    mail = consumer(queue)
    waiting = asyncio.create_task(mail.receive())
    await queue.asked.wait()
    waiting.cancel()

    await mail.close()

    assert queue.kept == [("2", 0), ("1", 0)]


async def test_a_lease_is_renewed_as_long_as_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqs_consumer, "LEASE", 0.05)
    queue = Queue()
    mail = consumer(queue)
    await mail.receive()

    await eventually(lambda: renewed(queue, 12))
    await mail.acknowledge()

    assert queue.deleted == ["1", "2"]


async def renewed(queue: Queue, times: int) -> bool:
    return len(queue.kept) >= times


async def test_who_lost_its_lease_does_not_acknowledge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqs_consumer, "LEASE", 0)
    queue = Queue()
    mail = consumer(queue)
    await mail.receive()

    await mail.acknowledge()

    assert queue.deleted == []
