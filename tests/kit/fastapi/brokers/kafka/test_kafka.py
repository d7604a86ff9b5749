"""Every group hears of every event on Kafka, too. The cluster here is the one that librdkafka brings."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from confluent_kafka import Producer

from acme.platform.adapters import kafka_topic
from acme.platform.adapters.kafka import LARGEST, KafkaBroker
from acme.platform.adapters.kafka_url import PATIENT, Address
from acme.platform.messaging.broker import Event, TooLarge, Unreadable

TOPIC = "shop"


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Where it listens."""
    owner = Producer({"test.mock.num.brokers": 1, "log_level": 0})
    [broker] = owner.list_topics(TOPIC, timeout=10).brokers.values()
    yield f"{broker.host}:{broker.port}"
    owner.close()


@pytest.fixture
async def broker(cluster: str) -> AsyncIterator[KafkaBroker]:
    broker = KafkaBroker.of_url(f"kafka://{cluster}/{TOPIC}", ["mail"])
    await broker.prepare()
    yield broker
    await broker.close()


def event(id: str, key: str = "a", text: str = "") -> Event:
    when = "2026-01-02T03:04:05+00:00"
    return Event(id=id, source="/things", type="thing.happened", key=key, time=when, data={"text": text})


async def test_what_is_published_comes_in_order_until_it_is_acknowledged(
    broker: KafkaBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [event(f"{number}") for number in range(20)]
    await broker.publish(sent)
    with monkeypatch.context() as patch:
        patch.setattr("acme.platform.adapters.kafka.encode", lambda _: b"no event")
        await broker.publish([event("21")])
    consumer = broker.consumer("mail")
    received: list[Event | Unreadable] = []
    async with asyncio.timeout(20):
        while len(received) < 21:
            received += await consumer.receive()
            await consumer.acknowledge()

    assert received[:20] == sent
    assert isinstance(received[20], Unreadable)
    await consumer.close()


async def test_what_is_too_large_is_told_before_anything_is_published(broker: KafkaBroker) -> None:
    with pytest.raises(TooLarge) as raised:
        await broker.publish([event("small"), event("large", text="x" * LARGEST)])

    assert raised.value.ids == ["large"]


async def test_where_nobody_answers_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_topic, "PATIENCE", 0.5)
    with pytest.raises(OSError, match="Connection refused"):
        await KafkaBroker.of_url("kafka://127.0.0.1:1/shop", ["mail"]).publish([event("1")])


def test_a_url_names_hosts_and_topic() -> None:
    wanted = {**PATIENT, "bootstrap.servers": "one:9092,two"}

    assert Address.of_url("kafka://one:9092,two/shop") == Address("shop", wanted)


def test_a_password_is_not_sent_in_the_clear_unless_the_url_says_so() -> None:
    url = "kafka://me:p%40ss@one/shop"

    assert Address.of_url(url).settings["security.protocol"] == "SASL_SSL"
    assert Address.of_url(url).settings["sasl.password"] == "p@ss"
    assert (
        Address.of_url(f"{url}?security.protocol=SASL_PLAINTEXT").settings["security.protocol"]
        == "SASL_PLAINTEXT"
    )


@pytest.mark.parametrize(
    "url",
    ["kafka://one", "kafka://one:port/shop", "kafka:///shop", "kafka://one/sh op", "kafka://one/shop?acks=0"],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="BROKER_URL"):
        Address.of_url(url)
