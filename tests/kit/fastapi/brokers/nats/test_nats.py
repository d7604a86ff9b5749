"""Every group hears of every event on NATS, too, and a key stays in order whoever reads it."""

import asyncio
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial

import nats
import pytest
from nats.js.errors import NoStreamResponseError

from acme.platform.adapters import nats_consumer, nats_group, nats_reader
from acme.platform.adapters.nats import NatsBroker
from acme.platform.adapters.nats_group import PARTITIONS, assigned
from acme.platform.adapters.nats_link import Address
from acme.platform.messaging.broker import Event, TooLarge, Unreadable
from tests.kit.waiting import eventually

KEYS = [f"key {number}" for number in range(40)]
"""Enough for every partition."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server of NATS listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = ["-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(tmp_path_factory.mktemp("nats"))]
    with subprocess.Popen(["nats-server", *options], stderr=subprocess.DEVNULL) as process:
        yield f"127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nats_group, "LEASE", 0.4)
    monkeypatch.setattr(nats_consumer, "BEAT", 0.1)


@pytest.fixture
async def broker(server: str, short_lease: None, request: pytest.FixtureRequest) -> AsyncIterator[NatsBroker]:
    broker = NatsBroker.of_url(f"nats://{server}/{request.node.name}", ["mail"])
    await eventually(partial(answers, broker))
    yield broker
    await broker.close()


async def answers(broker: NatsBroker) -> bool:
    try:
        await broker.publish([])
    except OSError:
        return False
    return True


def event(id: str, key: str, text: str = "") -> Event:
    when = "2026-01-02T03:04:05+00:00"
    return Event(id=id, source="/things", type="thing.happened", key=key, time=when, data={"text": text})


def events(round: int) -> list[Event]:
    """One event for each key."""
    return [event(f"{key} {round}", key) for key in KEYS]


async def receive(broker: NatsBroker, wanted: set[str]) -> list[str]:
    """A new member receives and acknowledges until it has these; the ids in the order in which they came."""
    consumer, ids = broker.consumer("mail"), list[str]()
    async with asyncio.timeout(10):
        while not wanted <= set(ids):
            ids += [event.id for event in await consumer.receive() if isinstance(event, Event)]
            await consumer.acknowledge()
    await consumer.close()
    return ids


def ids_of(*rounds: int) -> set[str]:
    return {event.id for round in rounds for event in events(round)}


async def test_keys_stay_in_order(broker: NatsBroker) -> None:
    for round in range(5):
        await broker.publish(events(round))

    ids = await receive(broker, ids_of(*range(5)))

    assert [id for id in ids if id.startswith("key 7 ")] == [f"key 7 {round}" for round in range(5)]


async def test_what_was_not_acknowledged_comes_again_to_whoever_takes_over(broker: NatsBroker) -> None:
    await broker.publish(events(1))
    silent = broker.consumer("mail")
    await silent.receive()

    assert ids_of(1) <= set(await receive(broker, ids_of(1)))


async def test_who_lost_its_partitions_can_no_longer_acknowledge(broker: NatsBroker) -> None:
    await broker.publish(events(1))
    silent, heir = broker.consumer("mail"), broker.consumer("mail")
    await silent.receive()
    await asyncio.sleep(2 * nats_group.LEASE)
    async with asyncio.timeout(10):
        inherited = {event.id for event in await heir.receive() if isinstance(event, Event)}

    await silent.acknowledge()
    await heir.close()

    assert inherited <= set(await receive(broker, inherited))


async def test_what_is_no_event_is_handed_over_as_such(
    broker: NatsBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acme.platform.adapters.nats.encode", lambda _: b"no event")
    await broker.publish(events(1)[:1])

    async with asyncio.timeout(10):
        [received] = await broker.consumer("mail").receive()

    assert isinstance(received, Unreadable)


async def test_what_is_too_large_is_told_before_anything_is_published(broker: NatsBroker) -> None:
    small, large = events(1)[0], event("large", "a", "x" * (1 << 20))

    with pytest.raises(TooLarge) as raised:
        await broker.publish([small, large])

    assert raised.value.ids == ["large"]


async def test_a_stream_that_somebody_has_deleted_is_made_anew(broker: NatsBroker, server: str) -> None:
    await broker.publish(events(1))
    await receive(broker, ids_of(1))
    client = await nats.connect(f"nats://{server}")
    for info in await client.jetstream().streams_info():
        if str(info.config.name).startswith("test_a_stream"):
            await client.jetstream().delete_stream(str(info.config.name))
    await client.close()

    with pytest.raises(NoStreamResponseError):
        await broker.publish(events(2))
    await broker.publish(events(3))

    assert set(await receive(broker, ids_of(3))) == ids_of(3)


async def test_where_nobody_answers_that_is_said() -> None:
    with pytest.raises(OSError, match="no connection to NATS"):
        await NatsBroker.of_url("nats://127.0.0.1:1/shop", ["mail"]).publish([])


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("nats://one:4222,two/shop", Address(["nats://one:4222", "nats://two"], "shop")),
        ("nats://me:p%40ss@one/shop", Address(["nats://one"], "shop", "me", "p@ss")),
        ("nats://t0ken@[::1]:4222/shop", Address(["nats://[::1]:4222"], "shop", token="t0ken")),
    ],
)
def test_a_url_names_servers_and_prefix_and_who_asks(url: str, address: Address) -> None:
    assert Address.of_url(url) == address


@pytest.mark.parametrize("url", ["nats://one", "nats://one:port/shop", "nats:///shop", "nats://one/sh.op"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must have the form"):
        Address.of_url(url)


@pytest.mark.parametrize("members", [["a"], ["a", "b"], ["a", "b", "c"], list("abcdefghi")])
def test_partitions_are_shared_out_evenly(members: list[str]) -> None:
    shares = list(assigned({}, members).values())

    assert len(shares) == PARTITIONS
    assert max(map(shares.count, members)) <= -(-PARTITIONS // len(members))


def test_nobody_loses_a_partition_without_need() -> None:
    before = assigned({}, ["a", "b"])

    after = assigned(before, ["a", "b", "c"])

    assert sum(after[partition] != owner for partition, owner in before.items()) == 2


async def test_a_request_that_is_not_answered_opens_another_consumer(
    broker: NatsBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the server with the consumer were gone, and the one of the connection stayed."""
    monkeypatch.setattr(nats_reader, "EXPIRES", 0.1)
    monkeypatch.setattr(nats_reader, "MARGIN", 0.1)
    await broker.publish([event("1", "a")])
    consumer = broker.consumer("mail")

    async def ask_unheard(reader: nats_reader.Reader) -> None:
        reader._coming, reader._due = nats_reader.BATCH, time.monotonic() + 0.2

    with monkeypatch.context() as patched:
        patched.setattr(nats_reader.Reader, "_ask", ask_unheard)
        with pytest.raises(OSError, match="opening another consumer"):
            async with asyncio.timeout(5):
                await consumer.receive()
    await consumer.close()

    assert await receive(broker, {"1"}) == ["1"]


def test_the_url_says_how_many_replicas() -> None:
    assert Address.of_url("nats://one,two,three/shop?replicas=5").replicas == 5
    assert Address.of_url("nats://one/shop").replicas is None
    with pytest.raises(ValueError, match="must have the form"):
        Address.of_url("nats://one/shop?replicas=9")
