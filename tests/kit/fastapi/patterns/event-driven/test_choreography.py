"""A workflow of events succeeds or is undone as a whole, wherever it is cut off, and if events come twice."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import pytest

from acme.platform.messaging import outbox
from acme.platform.messaging.broker import Event, Unreadable
from acme.platform.messaging.outbox import Outbox
from acme.platform.storage import lease
from acme.platform.storage.database import Database
from acme.platform.workflows.actions import Action
from acme.platform.workflows.choreography import Choreography
from acme.platform.workflows.flows import Flows, Step, Workflow
from acme.platform.workflows.routes import listeners
from tests.kit.doubles import DyingDatabase, act, acts, journal
from tests.kit.waiting import eventually, statuses

CHECKOUT = Workflow(
    "checkout",
    "orders.created",
    (Step("shelf.reserve", undo="shelf.release"), Step("bank.charge", undo="bank.refund"), Step("post.send")),
    success="orders.confirm",
    failure="orders.cancel",
)
FLOWS = Flows((CHECKOUT,), {"orders.created": "order.placed"}, {"orders.confirm": ("mail.thank",)})
WELL = ["shelf.reserve", "bank.charge", "post.send", "orders.confirm", "mail.thank"]
UNDONE = ["shelf.reserve", "bank.charge", "bank.refund", "shelf.release", "orders.cancel"]


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "POLL_INTERVAL", 0.01)
    monkeypatch.setattr(lease, "TERM", 0.02)


def shop(**refusals: str) -> dict[str, Action]:
    """All actions; `send="lost"` has that one refused."""
    names = ["shelf.reserve", "shelf.release", "bank.charge", "bank.refund", "post.send"]
    names += ["orders.confirm", "orders.cancel", "mail.thank"]
    return acts(*(act(name, refusals.get(name.partition(".")[2], "")) for name in names))


class Repeating:
    """A broker that hands every event over twice, at once."""

    def __init__(self) -> None:
        self.listening: list[Choreography] = []

    async def publish(self, events: Sequence[Event]) -> None:
        for _ in range(2):
            for choreography in self.listening:
                await choreography.receive(list(events))


@asynccontextmanager
async def dancing(
    database: Database, actions: Mapping[str, Action], flows: Flows = FLOWS
) -> AsyncIterator[Choreography]:
    """All services on one database, each with its own part."""
    broker = Repeating()
    async with AsyncExitStack() as stack:
        relay = Outbox(database, broker, "shop")
        choreography = Choreography(database, flows, actions, relay)
        broker.listening.append(choreography)
        await relay.start()
        stack.push_async_callback(relay.stop)
        await choreography.tasks.start()
        stack.push_async_callback(choreography.tasks.stop)
        yield choreography


async def tell(choreography: Choreography, database: Database, occurrence: str, key: str = "o1") -> None:
    async with database.begin() as tx:
        await choreography.publish(tx, occurrence, key, {"number": 1})


async def is_quiet(database: Database) -> bool:
    open = await database.all(
        "SELECT seq FROM _outbox UNION ALL SELECT seq FROM _tasks WHERE status = 'waiting'"
    )
    return not open


async def test_the_steps_are_done_in_order(database: Database) -> None:
    async with dancing(database, shop()) as choreography:
        await tell(choreography, database, "orders.created")
        await eventually(partial(is_quiet, database))

    assert await journal(database) == WELL


async def test_a_refusal_undoes_what_was_done_the_last_first(database: Database) -> None:
    async with dancing(database, shop(send="lost")) as choreography:
        await tell(choreography, database, "orders.created")
        await eventually(partial(is_quiet, database))

    assert await journal(database) == UNDONE


@pytest.mark.parametrize("refused", ["release", "cancel"])
async def test_a_refusal_where_nobody_could_go_on_is_a_dead_letter(database: Database, refused: str) -> None:
    async with dancing(database, shop(send="lost", **{refused: "no"})) as choreography:
        await tell(choreography, database, "orders.created")
        await eventually(partial(is_quiet, database))

    assert [status for _, status in await statuses(database)].count("dead") == 1


async def test_a_step_is_not_set_off_by_another_workflow(database: Database) -> None:
    async with dancing(database, shop()) as choreography:
        await tell(choreography, database, "shelf.reserve")
        await eventually(partial(is_quiet, database))

    assert await journal(database) == []


async def test_an_undo_can_also_be_a_reaction(database: Database) -> None:
    flows = Flows((CHECKOUT,), reactions={"shelf.closed": ("shelf.release",)})
    async with dancing(database, shop(), flows) as choreography:
        await tell(choreography, database, "shelf.closed")
        await eventually(partial(is_quiet, database))

    assert await journal(database) == ["shelf.release"]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("refusals", "end"), [({}, WELL), ({"send": "lost"}, UNDONE)], ids=["well", "undone"]
)
async def test_a_workflow_that_is_cut_off_at_any_commit_goes_on(
    database: Database, refusals: dict[str, str], end: list[str], before: bool
) -> None:
    number = 0
    while True:
        dying = DyingDatabase(database, number, before)
        async with database.begin() as tx:
            await tx.execute("DELETE FROM journal")
        async with dancing(dying, shop(**refusals)) as choreography:
            await tell(choreography, database, "orders.created", f"o{number}")
            await eventually(partial(is_over, database, dying))
        async with dancing(database, shop(**refusals)):
            await eventually(partial(is_quiet, database))

        assert await journal(database) == end
        if not dying.dead:
            break
        number += 1
    assert number > 10


async def is_over(database: Database, dying: DyingDatabase) -> bool:
    return dying.dead or await is_quiet(database)


def test_all_who_take_part_listen() -> None:
    assert listeners(FLOWS) == ["bank", "mail", "orders", "post", "shelf"]


def event(type: str, id: str = "e1") -> Event:
    return Event(
        id=id, source="/orders", type=type, key="o1", time="2026-01-02T03:04:05Z", data={"number": 1}
    )


async def is_decided(database: Database, number: int) -> bool:
    """Whether so many tasks are done or dead, and none is waiting."""
    found = [status for _, status in await statuses(database)]
    return len(found) == number and "waiting" not in found


async def test_what_is_no_event_becomes_one_dead_letter(database: Database) -> None:
    async with dancing(database, shop()) as choreography:
        for _ in range(2):
            await choreography.receive([Unreadable("log-7", b"<order>", "no event")])
        await eventually(partial(is_decided, database, 1))

    [letter] = await database.all("SELECT * FROM _tasks")
    assert (letter["status"], letter["id"]) == ("dead", "log-7")
    assert "<order>" in letter["body"]
    assert "Invalid JSON" in letter["error"]


async def test_what_is_no_event_holds_up_nothing(database: Database) -> None:
    async with dancing(database, shop()) as choreography:
        await choreography.receive([Unreadable("log-7", b"<order>", "no event"), event("orders.confirm")])
        await eventually(partial(is_decided, database, 2))

    assert await journal(database) == ["mail.thank"]


async def test_an_event_that_nobody_here_listens_to_leaves_nothing_behind(database: Database) -> None:
    async with dancing(database, shop()) as choreography:
        await choreography.receive([event("weather.changed")])

    assert await statuses(database) == []
