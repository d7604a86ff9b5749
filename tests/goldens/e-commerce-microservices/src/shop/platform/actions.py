"""Actions: what a service can be asked to do, exactly once.

`raise Refused(reason)` undoes what the action wrote, `return Refused(reason)` keeps it; both are answers of the
business. Any other exception is a failure: nothing is kept and the action is tried again.
"""

import asyncio
import inspect
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, get_type_hints

from pydantic import BaseModel

from shop.platform.database import Reader, Tx, forbid_in_transaction, insert

EXTERNAL_TIMEOUT = 5.0
"""Seconds after which an external call counts as failed. It is tried again with the same key."""


class Refused(Exception):
    """The business says no. Trying again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Deed:
    """An action that is to be done, once for the workflow or for the event that asks for it."""

    action: str
    key: str
    context: dict[str, Any]
    workflow: str = ""
    event: str = ""
    """The id of the event that asks for it, and the type."""
    event_type: str = ""
    undoes: str = ""
    """The action whose effect this one takes back."""
    final: bool = False
    """It may not be refused: nobody could go on from there."""

    @property
    def scope(self) -> str:
        return f"{self.workflow or self.event}/{self.key}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a deed ended: refused with a reason, or done with a result."""

    reason: str | None = None
    result: dict[str, Any] = field(default_factory=dict)
    fresh: bool = True
    """False where it had ended before, and nothing was done now."""

    @property
    def refused(self) -> bool:
        return self.reason is not None


Body = Callable[..., Awaitable[BaseModel | Refused | None]]
Call = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    command: type[BaseModel]
    run: Body
    call: Call | None = None

    async def call_outside(self, db: Reader, deed: Deed) -> tuple[Any, ...]:
        """Make the external call, unless there is none or the deed is done. The action takes what it returns."""
        forbid_in_transaction()
        if self.call is None or await known_outcome(db, deed.scope, self.name):
            return ()
        async with asyncio.timeout(EXTERNAL_TIMEOUT):
            return (await self.call(self.command.model_validate(deed.context)),)


def action(run: Body, call: Call | None = None) -> Action:
    """An action that is done inside one transaction: `async def reserve(tx, command: Reserve) -> ReserveResult`."""
    command = list(inspect.signature(run).parameters)[1]
    service = run.__module__.split(".")[-2]
    return Action(f"{service}.{run.__name__}", get_type_hints(run)[command], run, call)


def external(call: Call) -> Callable[[Body], Action]:
    """An action that asks the outside first and then records the receipt: `async def charge(tx, command, receipt)`.

    The call is repeated until it answers, so it must carry an idempotency key.
    """
    return partial(action, call=call)


async def perform(tx: Tx, action: Action, deed: Deed, receipt: tuple[Any, ...] = ()) -> Outcome:
    """Do the deed, unless it is done, and remember its outcome in the same transaction."""
    await tx.lock(deed.scope)
    outcome = await known_outcome(tx, deed.scope, action.name)
    if outcome is None:
        needed = not deed.undoes or await _is_done(tx, deed.scope, deed.undoes)
        outcome = await _run(tx, action, deed.context, receipt) if needed else Outcome()
        await _remember(tx, deed.scope, action.name, outcome)
    if outcome.refused and deed.final:
        raise AssertionError(f"{action.name} may not be refused, nobody could go on: {outcome.reason}")
    return outcome


async def known_outcome(db: Reader, scope: str, action: str) -> Outcome | None:
    sql = "SELECT outcome FROM action_outcomes WHERE scope = :scope AND action = :action"
    row = await db.one(sql, scope=scope, action=action)
    return Outcome(**json.loads(row["outcome"]), fresh=False) if row else None


async def _is_done(tx: Tx, scope: str, action: str) -> bool:
    """Whether there is an effect to take back. An undo that overtakes its action sees to it that there never is."""
    outcome = await known_outcome(tx, scope, action)
    if outcome is None:
        await _remember(tx, scope, action, Outcome("undone"))
    return outcome is not None and not outcome.refused


async def _run(tx: Tx, action: Action, context: dict[str, Any], receipt: tuple[Any, ...]) -> Outcome:
    command = action.command.model_validate(context)
    try:
        async with tx.savepoint():
            answer = await action.run(tx, command, *receipt)
    except Refused as refused:
        answer = refused
    if isinstance(answer, Refused):
        return Outcome(answer.reason)
    return Outcome(result=answer.model_dump(mode="json") if answer else {})


async def _remember(tx: Tx, scope: str, action: str, outcome: Outcome) -> None:
    text = json.dumps({"reason": outcome.reason, "result": outcome.result})
    row = {"scope": scope, "action": action, "outcome": text, "added": time.time()}
    await insert(tx, "action_outcomes", row)


async def forget_outcomes(tx: Tx, before: float) -> None:
    """Drop what was done so long ago that nobody will ask for it again."""
    await tx.execute("DELETE FROM action_outcomes WHERE added < :before", before=before)
