"""No event is lost between the database and the broker, and none is made up."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import pytest
from prometheus_client import REGISTRY

from shop.platform import outbox
from shop.platform.broker import Event, TooLarge
from shop.platform.choreography import Choreography
from shop.platform.database import Database
from shop.platform.flows import Flows
from shop.platform.outbox import Outbox
from tests.platform.doubles import DyingDatabase
from tests.platform.waiting import eventually


class Broker:
    """Takes events after it has been down for some attempts, but none whose name is `large`."""

    def __init__(self, down: int = 0) -> None:
        self.down, self.limited = down, True
        self.taken: list[Event] = []

    async def publish(self, events: Sequence[Event]) -> None:
        if self.down:
            self.down -= 1
            raise OSError("down")
        if self.limited and (large := [event.id for event in events if event.data["name"] == "large"]):
            raise TooLarge(large, 100)
        self.taken += events


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PAUSE", 0.01)


@asynccontextmanager
async def relaying(database: Database, broker: Broker) -> AsyncIterator[Outbox]:
    relay = Outbox(database, broker)
    await relay.start()
    yield relay
    await relay.stop()


async def add(relay: Outbox, database: Database, *names: str) -> None:
    """Each in a transaction of its own. The first letter is the key."""
    for name in names:
        async with database.begin() as tx:
            await relay.add(tx, "thing.happened", name[0], {"name": name})


async def is_empty(database: Database) -> bool:
    return not await database.all("SELECT 1 FROM outbox")


def names(broker: Broker) -> list[str]:
    return [event.data["name"] for event in broker.taken]


async def test_nothing_is_lost_while_the_broker_is_down_and_the_order_is_kept(database: Database) -> None:
    broker, wanted = Broker(down=3), [f"{key}{number}" for number in range(20) for key in "ab"]
    async with relaying(database, broker) as relay:
        await add(relay, database, *wanted)
        await eventually(partial(is_empty, database))

    assert names(broker) == wanted


async def test_what_did_not_happen_is_not_told(database: Database) -> None:
    broker = Broker()
    async with relaying(database, broker) as relay:
        with pytest.raises(ZeroDivisionError):
            async with database.begin() as tx:
                await relay.add(tx, "thing.happened", "a", {"name": "a1"})
                raise ZeroDivisionError

    assert broker.taken == []


async def test_what_waits_for_the_broker_can_be_seen(database: Database) -> None:
    relay = Outbox(database, Broker(down=1))
    await add(relay, database, "a1", "a2")

    await relay.stop()

    assert REGISTRY.get_sample_value("outbox_waiting") == 2


async def test_what_is_left_is_sent_at_the_end(database: Database) -> None:
    broker = Broker()
    relay = Outbox(database, broker)
    await add(relay, database, "a1")

    await relay.stop()

    assert names(broker) == ["a1"]


async def test_after_a_crash_an_event_comes_again_as_the_same(database: Database) -> None:
    broker = Broker()
    await add(Outbox(database, broker), database, "a1")
    async with relaying(DyingDatabase(database, 0, before=True), broker):
        await eventually(partial(has_taken, broker, 1))
    async with relaying(database, broker):
        await eventually(partial(has_taken, broker, 2))

    assert broker.taken[0] == broker.taken[1]


async def test_what_is_too_large_is_set_aside_and_holds_up_nothing(database: Database) -> None:
    broker = Broker()
    async with relaying(database, broker) as relay:
        await add(relay, database, "a1", "large", "a2")
        await eventually(partial(is_empty, database))

    assert names(broker) == ["a1", "a2"]
    [letter] = await database.all("SELECT status, error FROM tasks")
    assert (letter["status"], letter["error"]) == ("dead", "the broker takes no event over 100 bytes")


async def test_what_was_set_aside_can_be_sent_again(database: Database) -> None:
    broker = Broker()
    async with relaying(database, broker) as relay:
        choreography = Choreography(database, Flows(), {}, relay)
        await add(relay, database, "large")
        await eventually(partial(is_empty, database))
        broker.limited = False
        async with database.begin() as tx:
            await tx.execute("UPDATE tasks SET status = 'waiting'")
        await choreography.tasks.start()
        await eventually(partial(has_taken, broker, 1))
        await choreography.tasks.stop()

    assert names(broker) == ["large"]


async def has_taken(broker: Broker, number: int) -> bool:
    return len(broker.taken) == number
