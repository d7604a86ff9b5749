"""Events that came from the broker are acknowledged when they are safe, and not before."""

import asyncio
from collections.abc import Sequence
from functools import partial

import pytest
from prometheus_client import REGISTRY

from acme.platform.messaging import subscription
from acme.platform.messaging.broker import Arrival, Event, last_answer
from acme.platform.messaging.outbox import Outbox
from acme.platform.messaging.subscription import Subscription
from acme.platform.storage.database import Database
from acme.platform.workflows.choreography import Choreography
from acme.platform.workflows.flows import Flows
from tests.kit.waiting import eventually

EVENT = Event(id="e1", source="/things", type="thing.happened", key="a", time="2026-01-02T03:04:05Z", data={})


class Broker:
    """Has this event, which comes until it is acknowledged; it is down at first, and then cannot be left."""

    def __init__(self, down: int = 0, event: Event = EVENT) -> None:
        self.down, self._event, self.acknowledged, self.left = down, event, False, False

    async def publish(self, events: Sequence[Event]) -> None: ...

    async def close(self) -> None:
        if not self.left:
            self.left = True
            raise OSError("gone")

    def consumer(self, group: str) -> "Broker":
        return self

    async def receive(self) -> list[Event]:
        await asyncio.sleep(0)
        if self.down:
            self.down -= 1
            raise OSError("down")
        if self.acknowledged:
            await asyncio.Event().wait()
        return [self._event]

    async def acknowledge(self) -> None:
        self.acknowledged = True


class Inbox(Choreography):
    """Fails to store events for some attempts."""

    def __init__(self, database: Database, broker: Broker, fails: int = 0) -> None:
        super().__init__(database, Flows(), {}, Outbox(database, broker, "mail"))
        self._broker, self._fails = broker, fails
        self.stored: list[Arrival] = []

    async def receive(self, arrivals: Sequence[Arrival]) -> None:
        assert not self._broker.acknowledged
        if self._fails:
            self._fails -= 1
            raise OSError("disk full")
        self.stored += arrivals


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "PAUSE", 0.01)


@pytest.mark.parametrize(
    ("down", "fails"), [(0, 0), (2, 0), (0, 2)], ids=["well", "broker down", "disk full"]
)
async def test_an_event_is_stored_and_then_acknowledged(database: Database, down: int, fails: int) -> None:
    broker = Broker(down)
    inbox = Inbox(database, broker, fails)
    subscription = Subscription(broker, "mail", inbox)
    await subscription.start()

    await eventually(partial(is_acknowledged, broker))

    assert inbox.stored == [EVENT]
    await stop(subscription)


@pytest.mark.parametrize(("time", "counted"), [(EVENT.time, 1), ("2026-01-02T03:04:05", 0), ("yesterday", 0)])
async def test_how_late_an_event_comes_is_counted_if_it_says_when_it_happened(
    database: Database, time: str, counted: int
) -> None:
    before = REGISTRY.get_sample_value("event_delay_seconds_count") or 0
    broker = Broker(event=EVENT.model_copy(update={"time": time}))
    subscription = Subscription(broker, "mail", Inbox(database, broker))
    await subscription.start()

    await eventually(partial(is_acknowledged, broker))

    assert REGISTRY.get_sample_value("event_delay_seconds_count") == before + counted
    await stop(subscription)


async def stop(subscription: Subscription) -> None:
    async with asyncio.timeout(1):
        await subscription.stop()


async def is_acknowledged(broker: Broker) -> bool:
    return broker.acknowledged


async def test_a_broker_that_cannot_be_left_does_not_hold_up_the_end(database: Database) -> None:
    broker = Broker()
    subscription = Subscription(broker, "mail", Inbox(database, broker))
    await subscription.start()
    await eventually(partial(is_acknowledged, broker))

    await stop(subscription)

    assert not subscription.alive


async def test_without_an_answer_of_the_broker_for_long_it_is_not_ready(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = Broker()
    broker.acknowledged = True
    mail = Subscription(broker, "mail", Inbox(database, broker))
    await mail.start()
    assert not mail.obstacle(routed=True)

    monkeypatch.setattr(subscription, "SILENT", 0.0)

    assert mail.obstacle(routed=True) == "the broker has not answered for 0 s"
    assert (REGISTRY.get_sample_value("broker_silent_seconds") or 0) > 0
    last_answer.note()
    monkeypatch.setattr(subscription, "SILENT", 30.0)
    assert not mail.obstacle(routed=True)
    await mail.stop()
