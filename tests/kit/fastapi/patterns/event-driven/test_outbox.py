"""No event is lost between the database and the broker, and none is made up."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import pytest
from prometheus_client import REGISTRY

from acme.platform.messaging import outbox
from acme.platform.messaging.broker import Event, TooLarge
from acme.platform.messaging.outbox import Outbox
from acme.platform.monitoring import records
from acme.platform.storage import lease
from acme.platform.storage.database import Database
from acme.platform.storage.lease import Lease
from acme.platform.workflows.choreography import Choreography
from acme.platform.workflows.flows import Flows
from tests.kit.doubles import DyingDatabase
from tests.kit.waiting import eventually


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
    monkeypatch.setattr(outbox, "POLL_INTERVAL", 0.01)
    monkeypatch.setattr(lease, "TERM", 0.1)


@asynccontextmanager
async def relaying(database: Database, broker: Broker) -> AsyncIterator[Outbox]:
    relay = Outbox(database, broker, "things")
    await relay.start()
    yield relay
    await relay.stop()


async def add(relay: Outbox, database: Database, *names: str) -> None:
    """Each in a transaction of its own. The first letter is the key."""
    for name in names:
        async with database.begin() as tx:
            await relay.add(tx, "thing.happened", name[0], {"name": name})


async def is_empty(database: Database) -> bool:
    return not await database.all("SELECT 1 FROM _outbox")


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
    relay = Outbox(database, Broker(down=1), "things")
    await add(relay, database, "a1", "a2")

    await relay.stop()

    assert REGISTRY.get_sample_value("outbox_waiting") == 2


async def test_what_is_left_is_sent_at_the_end(database: Database) -> None:
    broker = Broker()
    relay = Outbox(database, broker, "things")
    await add(relay, database, "a1")

    await relay.stop()

    assert names(broker) == ["a1"]


async def test_an_event_that_comes_with_the_end_does_not_hold_it_up(database: Database) -> None:
    broker = Broker()
    for number in range(20):
        relay = Outbox(database, broker, "things")
        await relay.start()
        await add(relay, database, f"a{number}")
        await eventually(partial(is_empty, database))

        await add(relay, database, f"b{number}")
        async with asyncio.timeout(5):
            await relay.stop()

    assert len(names(broker)) == 40


async def test_after_a_crash_an_event_comes_again_as_the_same(database: Database) -> None:
    broker = Broker()
    await add(Outbox(database, broker, "things"), database, "a1")
    async with relaying(DyingDatabase(database, 1, before=True), broker):
        await eventually(partial(has_taken, broker, 1))
    async with relaying(database, broker):
        await eventually(partial(has_taken, broker, 2))

    assert broker.taken[0] == broker.taken[1]


async def has_taken(broker: Broker, number: int) -> bool:
    return len(broker.taken) == number


async def test_an_event_that_some_broker_could_not_take_is_refused_where_it_arises(
    database: Database,
) -> None:
    relay = Outbox(database, Broker(), "things")

    with pytest.raises(TooLarge, match="at most 200000 bytes per event"):
        await add(relay, database, "a" * 200_000)

    assert await is_empty(database)


async def test_of_two_relays_on_one_database_one_sends(database: Database) -> None:
    broker, wanted = Broker(), [f"{key}{number}" for number in range(20) for key in "ab"]
    async with relaying(database, broker) as one, relaying(database, broker) as other:
        for first, second in zip(wanted[::2], wanted[1::2], strict=True):
            await add(one, database, first)
            await add(other, database, second)
        await eventually(partial(is_empty, database))

    assert names(broker) == wanted


async def test_the_work_of_a_relay_that_died_is_taken_over(database: Database) -> None:
    broker = Broker()
    dead = Lease(database, "outbox")
    assert await dead.held()

    async with relaying(database, broker) as heir:
        await add(heir, database, "a1")
        await eventually(partial(is_empty, database))

    assert names(broker) == ["a1"]


async def test_what_this_broker_never_takes_is_a_dead_letter_and_holds_up_nothing(database: Database) -> None:
    broker = Broker()
    async with relaying(database, broker) as relay:
        tasks = Choreography(database, Flows(), {}, relay).tasks
        await add(relay, database, "a1", "large", "a2")
        await eventually(partial(is_empty, database))
        await tasks.start()
        await eventually(partial(is_dead, database))
        await tasks.stop()

    assert names(broker) == ["a1", "a2"]
    [letter] = await database.all("SELECT error FROM _tasks")
    assert letter["error"] == "TooLarge: the broker accepts at most 100 bytes per event"


async def is_dead(database: Database) -> bool:
    return bool(await database.all("SELECT 1 FROM _tasks WHERE status = 'dead'"))


async def test_what_was_set_aside_is_published_when_the_broker_takes_it(database: Database) -> None:
    broker = Broker()
    async with relaying(database, broker) as relay:
        tasks = Choreography(database, Flows(), {}, relay).tasks
        await add(relay, database, "large")
        await eventually(partial(is_dead, database))
        broker.limited = False
        async with database.begin() as tx:
            await tx.execute("UPDATE _tasks SET status = 'waiting', attempts = 0, due = 0")
        await tasks.start()
        await eventually(partial(has_taken, broker, 1))
        await tasks.stop()

    assert names(broker) == ["large"]


async def test_events_that_wait_for_the_broker_are_records(database: Database) -> None:
    relay = Outbox(database, Broker(), "things")
    await add(relay, database, "a1", "b1", "a2")

    page = await records.outbox(database, records.END, 2)
    rest = await records.outbox(database, page.next or 0, 2)

    assert [(each.event, each.key, each.state) for each in page.items] == [
        ("thing.happened", "a", "sending"),
        ("thing.happened", "b", "sending"),
    ]
    assert [each.key for each in rest.items] == ["a"]
    assert rest.next is None
    assert all(each.traceparent and each.time for each in page.items)
