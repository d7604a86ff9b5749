"""Publishers and consumers of different versions get along: all is done once, and nothing is dropped."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import pytest

from acme.platform.messaging.broker import Event
from acme.platform.messaging.outbox import Outbox
from acme.platform.messaging.versions import EventData, Version, Versions
from acme.platform.storage.database import Database, Tx, insert
from acme.platform.workflows.actions import Action
from acme.platform.workflows.choreography import Choreography
from acme.platform.workflows.flows import Flows
from tests.kit.doubles import Anything, acts, journal
from tests.kit.waiting import eventually, statuses


class SoldV1(EventData):
    count: int


class SoldV2(EventData):
    number: int


VERSIONS = Versions(
    {
        "thing.sold": Version(SoldV1),
        "thing.sold.v2": Version(
            SoldV2,
            "thing.sold",
            lambda old: SoldV2(number=10 * (1 // old.count)),
            lambda new: SoldV1(count=new.number),
        ),
    }
)
OLD = Flows(reactions={"thing.sold": ("mail.thank",)})
NEW = Flows(
    published={"things.sell": "thing.sold.v2"},
    reactions={"thing.sold.v2": ("mail.thank",)},
    versions=VERSIONS,
)


class Broker:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[Event] = []

    async def publish(self, events: Sequence[Event]) -> None:
        self.taken += events


async def _thank(tx: Tx, command: Anything) -> None:
    await insert(tx, "journal", {"action": f"thank for {command.number}"})


@asynccontextmanager
async def service(
    database: Database, flows: Flows, broker: Broker | None = None
) -> AsyncIterator[Choreography]:
    outbox = Outbox(database, broker or Broker(), "things", flows.versions)
    choreography = Choreography(database, flows, acts(Action("mail.thank", Anything, _thank)), outbox)
    await choreography.tasks.start()
    yield choreography
    await choreography.tasks.stop()
    await outbox.stop()


async def told(database: Database, number: int = 1) -> dict[str, Event]:
    """What the service that knows both versions publishes, by type."""
    broker = Broker()
    async with service(database, NEW, broker) as choreography, database.begin() as tx:
        await choreography.publish(tx, "things.sell", "t1", {"number": number})
    return {event.type: event for event in broker.taken}


async def is_decided(database: Database, number: int) -> bool:
    """Whether so many tasks are done or dead, and none is waiting."""
    found = [status for _, status in await statuses(database)]
    return len(found) == number and "waiting" not in found


async def test_the_versions_of_an_occurrence_are_events_of_their_own_that_know_of_each_other(
    database: Database,
) -> None:
    events = await told(database)
    newest, older = events["thing.sold.v2"], events["thing.sold"]

    assert list(events) == ["thing.sold.v2", "thing.sold"]
    assert (newest.data, older.data) == ({"number": 1}, {"count": 1})
    assert newest.id != older.id
    assert (newest.occurrence, older.occurrence) == ("", newest.id)
    assert newest.types == older.types == {"thing.sold", "thing.sold.v2"}


async def test_what_does_not_fit_its_version_is_not_published(database: Database) -> None:
    async with service(database, NEW) as choreography:
        with pytest.raises(ValueError, match="number"):
            async with database.begin() as tx:
                await choreography.publish(tx, "things.sell", "t1", {"number": "many"})

    assert not await database.all("SELECT 1 FROM _outbox")


@pytest.mark.parametrize("order", [1, -1], ids=["newest first", "oldest first"])
@pytest.mark.parametrize("flows", [OLD, NEW], ids=["old consumer", "new consumer"])
async def test_what_comes_in_two_versions_is_done_once(database: Database, flows: Flows, order: int) -> None:
    events = list((await told(database)).values())[::order]
    async with service(database, flows) as choreography:
        await choreography.receive([*events, *events])
        await eventually(partial(is_decided, database, 1))

    assert await journal(database) == ["thank for 1" if flows is NEW else "thank for 0"]


async def test_a_consumer_that_learns_the_new_version_between_the_two_does_not_do_it_again(
    database: Database,
) -> None:
    events = await told(database)
    for flows, type in ((OLD, "thing.sold"), (NEW, "thing.sold.v2")):
        async with service(database, flows) as choreography:
            await choreography.receive([events[type]])
            await eventually(partial(is_decided, database, 1))

    assert len(await journal(database)) == 1


async def test_an_event_of_a_publisher_that_lags_behind_is_heard_as_the_new_version(
    database: Database,
) -> None:
    older = (await told(database))["thing.sold"].model_copy(update={"versions": "", "occurrence": ""})
    async with service(database, NEW) as choreography:
        await choreography.receive([older])
        await eventually(partial(is_decided, database, 1))

    assert await journal(database) == ["thank for 10"]


async def test_an_older_event_that_cannot_be_made_into_the_new_version_is_a_dead_letter(
    database: Database,
) -> None:
    older = (await told(database, 0))["thing.sold"].model_copy(update={"versions": ""})
    async with service(database, NEW) as choreography:
        await choreography.receive([older])
        await eventually(partial(is_decided, database, 1))

    assert [status for _, status in await statuses(database)] == ["dead"]


async def test_an_event_of_an_unknown_version_holds_up_its_key_until_it_is_known(database: Database) -> None:
    newest = (await told(database))["thing.sold.v2"].model_copy(update={"versions": ""})
    async with service(database, OLD) as choreography:
        await choreography.receive(
            [newest, newest.model_copy(update={"id": "e2", "type": "thing.sold", "data": {"count": 1}})]
        )
        await eventually(partial(is_dead, database, newest.id))
    assert await journal(database) == []

    async with database.begin() as tx:
        await tx.execute("UPDATE _tasks SET status = 'waiting', attempts = 0, due = 0")
    async with service(database, NEW):
        await eventually(partial(is_decided, database, 3))

    assert await journal(database) == ["thank for 10", "thank for 1"]


async def is_dead(database: Database, id: str) -> bool:
    return bool(await database.all("SELECT 1 FROM _tasks WHERE id = :id AND status = 'dead'", id=id))
