"""A workflow whose events are lost ends all the same, and no step or reaction has a second effect."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import pytest
from prometheus_client import REGISTRY

from acme.platform.messaging import outbox
from acme.platform.messaging.broker import Event
from acme.platform.messaging.outbox import Outbox
from acme.platform.storage import lease
from acme.platform.storage.database import Database
from acme.platform.workflows import tasks, watchdog
from acme.platform.workflows.actions import Action
from acme.platform.workflows.choreography import Choreography
from acme.platform.workflows.flows import Flows, Step, Workflow
from acme.platform.workflows.watchdog import Watchdog
from tests.kit.doubles import act, acts, journal
from tests.kit.waiting import eventually

CHECKOUT = Workflow(
    "checkout",
    "orders.created",
    (Step("shelf.reserve", undo="shelf.release"), Step("bank.charge", undo="bank.refund"), Step("post.send")),
    success="orders.confirm",
    failure="orders.cancel",
)
FLOWS = Flows((CHECKOUT,), {"orders.created": "order.placed"}, {"shelf.reserve": ("mail.thank",)})
WELL = ["bank.charge", "mail.thank", "orders.confirm", "post.send", "shelf.reserve"]
UNDONE = ["bank.charge", "bank.refund", "mail.thank", "orders.cancel", "shelf.release", "shelf.reserve"]
STEPS = 5
"""Events of a workflow that trigger the next step."""


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "POLL_INTERVAL", 0.01)
    monkeypatch.setattr(lease, "TERM", 0.02)
    monkeypatch.setattr(tasks, "SWEEP", 0.01)
    monkeypatch.setattr(watchdog, "CHECK", 0.01)
    monkeypatch.setattr(watchdog, "PATIENCE", 0.1)


class Lossy:
    """A broker that acknowledges events and loses those with these numbers."""

    def __init__(self, *lost: int) -> None:
        self.lost = set(lost)
        self.events: list[Event] = []
        self.choreography: Choreography

    async def publish(self, events: Sequence[Event]) -> None:
        for event in events:
            self.events.append(event)
            if len(self.events) - 1 not in self.lost:
                await self.choreography.receive([event])


@asynccontextmanager
async def watched(
    database: Database, actions: Mapping[str, Action], broker: Lossy
) -> AsyncIterator[Choreography]:
    """All services on one database, with a watchdog."""
    async with AsyncExitStack() as stack:
        relay = Outbox(database, broker, "shop")
        broker.choreography = Choreography(database, FLOWS, actions, relay)
        for loop in (relay, broker.choreography.tasks, Watchdog(database, relay)):
            await loop.start()
            stack.push_async_callback(loop.stop)
        yield broker.choreography


def shop(refused: str = "") -> dict[str, Action]:
    names = ["shelf.reserve", "shelf.release", "bank.charge", "bank.refund", "post.send"]
    names += ["orders.confirm", "orders.cancel", "mail.thank"]
    return acts(*(act(name, "no" if name == refused else "") for name in names))


async def place(choreography: Choreography, database: Database) -> None:
    async with database.begin() as tx:
        await choreography.publish(tx, "orders.created", "o1", {"number": 1})


def of_workflow(broker: Lossy) -> list[Event]:
    return [event for event in broker.events if event.workflow or event.type == "order.placed"]


async def is_over(database: Database) -> bool:
    open = await database.all(
        "SELECT 1 FROM _outbox UNION ALL SELECT 1 FROM _tasks WHERE status = 'waiting' "
        "UNION ALL SELECT 1 FROM _workflows"
    )
    return not open


@pytest.mark.parametrize("lost", range(STEPS))
@pytest.mark.parametrize(("refused", "wanted"), [("", WELL), ("post.send", UNDONE)])
async def test_a_workflow_ends_whichever_of_its_events_is_lost(
    database: Database, lost: int, refused: str, wanted: list[str]
) -> None:
    broker = Lossy(lost)
    async with watched(database, shop(refused), broker) as choreography:
        await place(choreography, database)
        await eventually(partial(is_over, database))

    assert sorted(await journal(database)) == wanted


async def test_a_repetition_has_the_ids_of_the_first_time_and_another_delivery_id(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "PATIENCE", 3.0)
    broker = Lossy(1)
    async with watched(database, shop(), broker) as choreography:
        await place(choreography, database)
        await eventually(partial(is_over, database))

    first, second = ([event for event in of_workflow(broker) if event.resent == resent] for resent in (0, 1))
    assert [event.id for event in second[:2]] == [event.id for event in first]
    assert len({event.delivery_id for event in broker.events}) == len(broker.events)


async def test_a_workflow_that_is_not_lost_is_not_repeated_once_it_ended(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "PATIENCE", 3.0)
    broker = Lossy()
    async with watched(database, shop(), broker) as choreography:
        await place(choreography, database)
        await eventually(partial(is_over, database))
        await asyncio.sleep(watchdog.PATIENCE + 0.1)

    assert {event.resent for event in broker.events} == {0}


@pytest.mark.parametrize("settled", ["dead", "done"])
async def test_a_step_that_failed_for_good_waits_for_an_operator_and_a_skipped_one_is_not_done(
    database: Database, settled: str
) -> None:
    actions = {**shop(), **acts(act("bank.charge", fails=ValueError("broken")))}
    broker = Lossy()
    async with watched(database, actions, broker) as choreography:
        await place(choreography, database)
        await eventually(partial(has, database, "SELECT 1 FROM _tasks WHERE status = 'dead'"))
        async with database.begin() as tx:
            await tx.execute("UPDATE _tasks SET status = :settled WHERE status = 'dead'", settled=settled)
        await eventually(partial(has, database, "SELECT 1 FROM _workflows WHERE resent > 1"))
        tried = await database.all("SELECT status, error FROM _tasks WHERE handler = 'bank.charge'")

    assert tried == [{"status": settled, "error": "ValueError: broken"}]
    assert (await journal(database))[:1] == ["shelf.reserve"]
    assert "post.send" not in await journal(database)


async def test_nothing_is_repeated_while_events_wait_for_the_broker(database: Database) -> None:
    broker = Lossy()
    async with watched(database, shop(), broker) as choreography:
        broker.publish = partial(refuse, broker)  # type: ignore[method-assign]
        await place(choreography, database)
        await eventually(partial(has, database, "SELECT 1 FROM _workflows, _clock WHERE seconds > due + 0.2"))
        rows = await database.all("SELECT resent FROM _workflows")

    assert rows == [{"resent": 0}]


async def refuse(_: Lossy, __: Sequence[Event]) -> None:
    raise OSError("down")


async def has(database: Database, sql: str) -> bool:
    return bool(await database.all(sql))


async def test_the_number_and_age_of_open_workflows_are_metrics(database: Database) -> None:
    async def told() -> bool:
        return REGISTRY.get_sample_value("workflows_pending") == 1.0

    async def is_aged() -> bool:
        return (REGISTRY.get_sample_value("oldest_pending_seconds") or 0.0) > 0.05

    before = repetitions()
    async with watched(database, shop(), Lossy(*range(100))) as choreography:
        await place(choreography, database)
        await eventually(told)
        await eventually(is_aged)
        await eventually(partial(has, database, "SELECT 1 FROM _workflows WHERE resent > 0"))

    assert repetitions() > before


def repetitions() -> float:
    return REGISTRY.get_sample_value("workflows_resent_total", {"workflow": "checkout"}) or 0.0
