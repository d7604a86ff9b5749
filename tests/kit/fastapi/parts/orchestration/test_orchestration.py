"""A workflow ends well or is undone as a whole, wherever it is cut off."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest

from acme.platform.messaging.versions import EventData, Version, Versions
from acme.platform.monitoring import records
from acme.platform.storage.database import Database, Tx
from acme.platform.workflows.actions import Action, ActionCall, Outcome
from acme.platform.workflows.flows import Flows, Step, Workflow
from acme.platform.workflows.orchestration import Orchestrator, Remote
from acme.platform.workflows.tasks import Unavailable
from tests.kit.doubles import DyingDatabase, act, acts, journal
from tests.kit.waiting import eventually, rest, statuses

CHECKOUT = Workflow(
    "checkout",
    "orders.created",
    (Step("shelf.reserve", undo="shelf.release"), Step("bank.charge", undo="bank.refund"), Step("post.send")),
    success="orders.confirm",
    failure="orders.cancel",
)
FLOWS = Flows((CHECKOUT,), reactions={"orders.confirm": ("mail.thank",)})
WELL = ["shelf.reserve", "bank.charge", "post.send", "orders.confirm", "mail.thank"]
UNDONE = ["shelf.reserve", "bank.charge", "bank.refund", "shelf.release", "orders.cancel"]


async def answer(_: object) -> None:
    """The outside."""


def shop(**refusals: str) -> dict[str, Action]:
    """All actions; the bank and the post call the outside. `send="lost"` has that one refused."""
    names = ["shelf.reserve", "shelf.release", "bank.charge", "bank.refund", "post.send"]
    names += ["orders.confirm", "orders.cancel", "mail.thank"]
    calls = {"bank.charge": answer, "bank.refund": answer, "post.send": answer}
    return acts(
        *(act(name, refusals.get(name.partition(".")[2], ""), call=calls.get(name)) for name in names)
    )


@asynccontextmanager
async def orchestrated(
    database: Database, actions: Mapping[str, Action], flows: Flows = FLOWS, remote: Remote | None = None
) -> AsyncIterator[Orchestrator]:
    orchestrator = Orchestrator(database, flows, actions, remote)
    await orchestrator.tasks.start()
    yield orchestrator
    await orchestrator.tasks.stop()


async def start(orchestrator: Orchestrator, database: Database) -> None:
    async with database.begin() as tx:
        await orchestrator.publish(tx, "orders.created", "o1", {"number": 1})


async def test_the_steps_are_done_in_order(database: Database) -> None:
    async with orchestrated(database, shop()) as orchestrator:
        await start(orchestrator, database)
        await rest(database)

    assert await journal(database) == WELL


async def test_a_refusal_undoes_what_was_done_the_last_first(database: Database) -> None:
    async with orchestrated(database, shop(send="lost")) as orchestrator:
        await start(orchestrator, database)
        await rest(database)

    assert await journal(database) == UNDONE


async def test_the_first_refusal_leaves_nothing_to_undo(database: Database) -> None:
    async with orchestrated(database, shop(reserve="empty")) as orchestrator:
        await start(orchestrator, database)

    assert await journal(database) == ["orders.cancel"]


async def test_an_undo_that_is_refused_is_a_dead_letter(database: Database) -> None:
    async with orchestrated(database, shop(send="lost", release="no")) as orchestrator:
        await start(orchestrator, database)
        await rest(database)

    assert await statuses(database) == [("checkout/o1", "dead")]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize(
    ("refusals", "end"), [({}, WELL), ({"send": "lost"}, UNDONE)], ids=["well", "undone"]
)
async def test_a_run_that_is_cut_off_at_any_commit_goes_on(
    database: Database, refusals: dict[str, str], end: list[str], before: bool
) -> None:
    number = 0
    while True:
        dying = DyingDatabase(database, number, before)
        async with database.begin() as tx:
            await tx.execute("DELETE FROM journal")
        async with orchestrated(dying, shop(**refusals)) as orchestrator:
            async with database.begin() as tx:
                await orchestrator.publish(tx, "orders.created", f"o{number}", {})
            await eventually(partial(is_over, database, dying))
        async with orchestrated(database, shop(**refusals)):
            await rest(database)

        assert await journal(database) == end
        if not dying.dead:
            break
        number += 1
    assert number >= 3


async def is_over(database: Database, dying: DyingDatabase) -> bool:
    return dying.dead or all(status == "done" for _, status in await statuses(database))


async def test_a_run_keeps_to_the_plan_that_it_began_with(database: Database) -> None:
    closed = Unavailable("the bank is closed")
    actions = shop(send="lost")
    changed = replace(CHECKOUT, steps=(Step("gift.wrap"), *CHECKOUT.steps[1:]))
    async with orchestrated(database, {**actions, **acts(failing("bank.charge", closed))}) as orchestrator:
        await start(orchestrator, database)

    async with orchestrated(database, actions, Flows((changed,))):
        await rest(database)

    assert await journal(database) == UNDONE


def failing(name: str, error: Exception) -> Action:
    return act(name, fails=error, call=answer)


async def test_a_reaction_that_is_told_of_twice_is_done_once(database: Database) -> None:
    call = ActionCall("mail.thank", "o1", {}, event="e1")
    async with orchestrated(database, shop()) as orchestrator:
        for _ in range(2):
            async with database.begin() as tx:
                await orchestrator.receive(tx, call)
            await rest(database)

    assert await journal(database) == ["mail.thank"]


class SoldV1(EventData):
    number: int


class SoldV2(EventData):
    number: int
    currency: str


async def test_a_reaction_hears_of_an_event_in_the_version_that_it_reacts_to(database: Database) -> None:
    versions = {
        "order.placed": Version(SoldV1),
        "order.placed.v2": Version(SoldV2, "order.placed", downcast=lambda new: SoldV1(number=new.number)),
    }
    flows = Flows(
        published={"orders.created": "order.placed.v2"},
        reactions={"order.placed": ("mail.thank",), "order.placed.v2": ("post.send",)},
        versions=Versions(versions),
    )
    async with orchestrated(database, shop(), flows) as orchestrator:
        async with database.begin() as tx:
            await orchestrator.publish(tx, "orders.created", "o1", {"number": 1, "currency": "EUR"})
        await rest(database)

    rows = await database.all("SELECT handler, body FROM _tasks")
    contexts = {row["handler"]: json.loads(row["body"])["context"] for row in rows}
    assert contexts == {"mail.thank": {"number": 1}, "post.send": {"number": 1, "currency": "EUR"}}


async def test_what_an_older_publisher_delivers_is_made_into_the_version_that_is_reacted_to(
    database: Database,
) -> None:
    versions = {
        "order.placed": Version(SoldV1),
        "order.placed.v2": Version(
            SoldV2, "order.placed", lambda old: SoldV2(number=old.number, currency="EUR")
        ),
    }
    seen: list[str] = []

    async def run(tx: Tx, command: SoldV2) -> None:
        seen.append(command.currency)

    flows = Flows(reactions={"order.placed.v2": ("mail.thank",)}, versions=Versions(versions))
    async with orchestrated(database, acts(Action("mail.thank", SoldV2, run)), flows) as orchestrator:
        async with database.begin() as tx:
            await orchestrator.receive(
                tx, ActionCall("mail.thank", "o1", {"number": 1}, event="e1", event_type="order.placed")
            )
        await rest(database)

    assert seen == ["EUR"]


async def test_what_does_not_fit_its_event_changes_nothing(database: Database) -> None:
    flows = Flows(
        (CHECKOUT,), {"orders.created": "order.placed"}, {}, Versions({"order.placed": Version(SoldV1)})
    )
    async with orchestrated(database, shop(), flows) as orchestrator:
        with pytest.raises(ValueError, match="number"):
            async with database.begin() as tx:
                await orchestrator.publish(tx, "orders.created", "o1", {"number": "many"})

    assert await journal(database) == []


class Elsewhere:
    """The other services; each request fails once before it is heard, and once after it is done."""

    def __init__(self) -> None:
        self.heard: list[ActionCall] = []

    async def perform(self, call: ActionCall) -> Outcome:
        await self.deliver(call)
        return Outcome("lost" if call.action == "post.send" else None)

    async def deliver(self, call: ActionCall) -> None:
        self.heard.append(call)
        if self.heard.count(call) < 3:
            raise Unavailable("try again")


async def test_what_is_asked_of_others_is_asked_until_they_answer(database: Database) -> None:
    elsewhere = Elsewhere()
    own = {name: action for name, action in shop().items() if name.startswith("orders")}
    async with orchestrated(database, own, remote=elsewhere) as orchestrator:
        await start(orchestrator, database)
        await rest(database)

    asked = ["shelf.reserve", "bank.charge", "post.send", "bank.refund", "shelf.release"]
    assert [call.action for call in elsewhere.heard] == [name for name in asked for _ in range(3)]
    assert await journal(database) == ["orders.cancel"]


async def test_a_step_that_nobody_can_do_is_a_dead_letter_at_once(database: Database) -> None:
    own = {name: action for name, action in shop().items() if name != "post.send"}
    async with orchestrated(database, own) as orchestrator:
        await start(orchestrator, database)
        await rest(database)

    [letter] = await database.all("SELECT status, attempts, error FROM _tasks")
    assert (letter["status"], letter["attempts"]) == ("dead", 1)
    assert letter["error"] == "LookupError: unknown action post.send"


async def test_who_is_told_of_an_event_elsewhere_is_told_until_it_is_taken(database: Database) -> None:
    elsewhere = Elsewhere()
    async with orchestrated(database, {}, remote=elsewhere) as orchestrator:
        async with database.begin() as tx:
            await orchestrator.publish(tx, "orders.confirm", "o1", {})
        await rest(database)

    assert [call.action for call in elsewhere.heard] == ["mail.thank"] * 3
    assert len({call.event for call in elsewhere.heard}) == 1


async def test_each_step_of_a_workflow_is_a_record(database: Database) -> None:
    async with orchestrated(database, shop(send="lost")) as orchestrator:
        await start(orchestrator, database)
        await rest(database)
    pages, before = [], records.END
    while page := await records.steps(database, before, 2):
        pages += page.items
        if page.next is None:
            break
        before = page.next

    done = [(each.action, each.state) for each in reversed(pages)]
    assert done == [
        ("shelf.reserve", "done"),
        ("bank.charge", "done"),
        ("post.send", "refused"),
        ("bank.refund", "done"),
        ("shelf.release", "done"),
        ("orders.cancel", "done"),
    ]
    assert [each.error for each in pages if each.state == "refused"] == ["lost"]
    assert {(each.workflow, each.key) for each in pages} == {("checkout", "o1")}


async def test_a_reaction_is_recorded_as_its_task_alone(database: Database) -> None:
    async with orchestrated(database, shop()) as orchestrator:
        await start(orchestrator, database)
        await rest(database)

    steps = (await records.steps(database, records.END, 100)).items
    tasks = (await records.tasks(database, records.END, 100)).items

    assert "mail.thank" not in [each.action for each in steps]
    assert [(each.event, each.action, each.state) for each in tasks if each.action == "mail.thank"] == [
        ("orders.confirm", "mail.thank", "done")
    ]
