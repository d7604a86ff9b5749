"""An action is done once, as a whole or not at all."""

import pytest

from acme.platform.calls.failures import ProgrammingError
from acme.platform.storage.database import Database, Tx, insert
from acme.platform.workflows.actions import Action, ActionCall, Outcome, Refused, UnexpectedRefusal, perform
from tests.kit.doubles import Anything, act, journal

RESERVE = act("shelf.reserve")
RELEASE = act("shelf.release")


def call(action: Action, undoes: Action | None = None, final: bool = False) -> ActionCall:
    return ActionCall(action.name, "k", {}, "checkout", undoes=undoes.name if undoes else "", final=final)


async def do(
    database: Database, action: Action, undoes: Action | None = None, final: bool = False
) -> Outcome:
    async with database.begin() as tx:
        return await perform(tx, action, call(action, undoes, final))


async def test_the_same_call_again_has_no_effect_and_the_same_outcome(database: Database) -> None:
    first, second = await do(database, RESERVE), await do(database, RESERVE)

    assert (first.fresh, second.fresh) == (True, False)
    assert first.result == second.result
    assert await journal(database) == ["shelf.reserve"]


async def test_a_refusal_that_is_raised_keeps_nothing(database: Database) -> None:
    outcome = await do(database, act("shelf.reserve", refuses="empty"))

    assert outcome.reason == "empty"
    assert await journal(database) == []


async def test_a_refusal_that_is_returned_keeps_what_was_written(database: Database) -> None:
    async def charge(tx: Tx, command: Anything) -> Refused:
        await insert(tx, "journal", {"action": "declined"})
        return Refused("declined")

    outcome = await do(database, Action("bank.charge", Anything, charge))

    assert outcome.reason == "declined"
    assert await journal(database) == ["declined"]


async def test_a_failure_keeps_nothing_and_can_be_repeated(database: Database) -> None:
    with pytest.raises(OSError):
        await do(database, act("shelf.reserve", fails=OSError()))

    assert await journal(database) == []
    assert (await do(database, RESERVE)).fresh


async def test_an_undo_takes_back_what_was_done(database: Database) -> None:
    await do(database, RESERVE)
    await do(database, RELEASE, undoes=RESERVE)

    assert await journal(database) == ["shelf.reserve", "shelf.release"]


async def test_an_undo_that_overtakes_its_action_prevents_it(database: Database) -> None:
    await do(database, RELEASE, undoes=RESERVE)

    assert (await do(database, RESERVE)).reason == "undone"
    assert await journal(database) == []


async def test_what_was_refused_is_not_undone(database: Database) -> None:
    await do(database, act("shelf.reserve", refuses="empty"))
    await do(database, RELEASE, undoes=RESERVE)

    assert await journal(database) == []


async def test_a_refusal_is_a_failure_where_nobody_could_go_on(database: Database) -> None:
    with pytest.raises(UnexpectedRefusal, match="shelf.release must not be refused"):
        await do(database, act("shelf.release", refuses="no"), final=True)


async def test_the_outside_is_asked_with_no_transaction_in_reach(database: Database) -> None:
    async with database.begin():
        with pytest.raises(ProgrammingError, match="inside a database transaction"):
            await RESERVE.call_outside(database, call(RESERVE))


async def test_the_outside_is_not_asked_for_what_is_done(database: Database) -> None:
    asked = []

    async def ask(command: Anything) -> str:
        asked.append(command)
        return "receipt"

    charge = act("bank.charge", call=ask)
    assert await charge.call_outside(database, call(charge)) == ("receipt",)
    await do(database, charge)

    assert await charge.call_outside(database, call(charge)) == ()
    assert len(asked) == 1
