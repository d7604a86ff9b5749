"""Actions: what a service can be asked to do, exactly once.

`raise Refused(reason)` undoes what the action wrote, `return Refused(reason)` keeps it; both are answers of the
business. Any other exception is a failure: nothing is kept and the action is tried again.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, get_type_hints

from pydantic import BaseModel

from shop.platform.calls.failures import ProgrammingError
from shop.platform.calls.slots import Slots
from shop.platform.storage.clock import READING
from shop.platform.storage.database import Reader, Tx, forbid_in_transaction

EXTERNAL_TIMEOUT = 5.0
"""Seconds after which an external call counts as failed. It is tried again with the same key."""


class UnexpectedRefusal(ProgrammingError):
    """An action was refused that must not be: one that undoes another, or the last one of a workflow."""


class Refused(Exception):
    """The business says no. Trying again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ActionCall:
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
    """How a call ended: refused with a reason, or done with a result."""

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
    slots: Slots = field(default_factory=Slots)

    async def call_outside(self, db: Reader, call: ActionCall) -> tuple[Any, ...]:
        """Make the external call, unless there is none or the call is done. The action takes what it returns.

        Raises Busy where there are too many such calls.
        """
        forbid_in_transaction()
        if self.call is None or await known_outcome(db, call.scope, self.name):
            return ()
        command = self.command.model_validate(call.context)
        with self.slots.taken(command):
            async with asyncio.timeout(EXTERNAL_TIMEOUT):
                return (await self.call(command),)


def action(run: Body, call: Call | None = None, slots: Slots | None = None) -> Action:
    """An action that is done inside one transaction: `async def reserve(tx, command: Reserve) -> ReserveResult`."""
    command = list(inspect.signature(run).parameters)[1]
    # Where a name is a word of Python, only code writes it with an underscore.
    service, name = (part.removesuffix("_") for part in (run.__module__.split(".")[-2], run.__name__))
    return Action(f"{service}.{name}", get_type_hints(run)[command], run, call, slots or Slots())


def external(call: Call, slots: Slots | None = None) -> Callable[[Body], Action]:
    """An action that asks the outside first and then records the receipt: `async def charge(tx, command, receipt)`.

    The call is repeated until it answers, so it must carry an idempotency key. Actions that ask the same dependency can
    have their slots in common.
    """
    return partial(action, call=call, slots=slots)


async def perform(tx: Tx, action: Action, call: ActionCall, receipt: tuple[Any, ...] = ()) -> Outcome:
    """Do the call, unless it is done, and remember its outcome in the same transaction. Raises UnexpectedRefusal."""
    await tx.lock(call.scope)
    outcome = await known_outcome(tx, call.scope, action.name)
    if outcome is None:
        needed = not call.undoes or await _is_done(tx, call.scope, call.undoes)
        outcome = await _run(tx, action, call.context, receipt) if needed else Outcome()
        await _remember(tx, call.scope, action.name, outcome)
    if outcome.refused and call.final:
        raise UnexpectedRefusal(f"{action.name} may not be refused, nobody could go on: {outcome.reason}")
    return outcome


async def known_outcome(db: Reader, scope: str, action: str) -> Outcome | None:
    sql = "SELECT outcome FROM _action_outcomes WHERE scope = :scope AND action = :action"
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
    sql = f"INSERT INTO _action_outcomes (scope, action, outcome, added) VALUES (:scope, :action, :outcome, {READING})"
    await tx.execute(sql, scope=scope, action=action, outcome=text)


async def forget_outcomes(tx: Tx, before: float) -> None:
    """Drop what was done so long ago that nobody will ask for it again."""
    await tx.execute("DELETE FROM _action_outcomes WHERE added < :before", before=before)
