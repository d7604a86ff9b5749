"""Actions: operations of a service that take effect exactly once.

`raise Refused(reason)` rolls back the changes of the action, `return Refused(reason)` keeps them. Both are valid
outcomes. Any other exception is a failure: the transaction is rolled back and the action is retried.
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

from shop.platform.calls.failures import ProgrammingError
from shop.platform.calls.slots import Slots
from shop.platform.monitoring import telemetry
from shop.platform.storage.clock import READING
from shop.platform.storage.database import Reader, Tx, forbid_in_transaction

EXTERNAL_TIMEOUT = 5.0
"""Timeout of an external call in seconds. It is retried with the same idempotency key."""


class UnexpectedRefusal(ProgrammingError):
    """An action was refused that must succeed: it undoes another one, or ends a workflow."""


class Refused(Exception):
    """A business rule rejects the action. It is not retried."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ActionCall:
    """A request to perform an action once, for a workflow or an event."""

    action: str
    key: str
    context: dict[str, Any]
    workflow: str = ""
    event: str = ""
    """Id of the event that triggers it."""
    event_type: str = ""
    undoes: str = ""
    """The action that this one undoes."""
    final: bool = False
    """Whether a refusal is an error."""

    @property
    def scope(self) -> str:
        return f"{self.workflow or self.event}/{self.key}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a call: refused with a reason, or done with a result."""

    reason: str | None = None
    result: dict[str, Any] = field(default_factory=dict)
    fresh: bool = True
    """False if the call was already done before."""

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
        """Make the external call, if the action has one and is not done yet. Pass the result to `perform`.

        Raises Busy if there are too many concurrent calls.
        """
        forbid_in_transaction()
        if self.call is None or await stored_outcome(db, call.scope, self.name):
            return ()
        command = self.command.model_validate(call.context)
        with self.slots.taken(command):
            async with asyncio.timeout(EXTERNAL_TIMEOUT):
                return (await self.call(command),)


def action(run: Body, call: Call | None = None, slots: Slots | None = None) -> Action:
    """Declare an action that runs in one transaction: `async def reserve(tx, command: Reserve) -> ReserveResult`."""
    command = list(inspect.signature(run).parameters)[1]
    # A name that is a Python keyword ends in an underscore in code only.
    service, name = (part.removesuffix("_") for part in (run.__module__.split(".")[-2], run.__name__))
    return Action(f"{service}.{name}", get_type_hints(run)[command], run, call, slots or Slots())


def external(call: Call, slots: Slots | None = None) -> Callable[[Body], Action]:
    """Declare an action with an external call whose result it records: `async def charge(tx, command, receipt)`.

    The call is retried, so it must send an idempotency key. Actions that call the same dependency can share `slots`.
    """
    return partial(action, call=call, slots=slots)


async def perform(tx: Tx, action: Action, call: ActionCall, receipt: tuple[Any, ...] = ()) -> Outcome:
    """Perform the call once and store its outcome in the same transaction. Raises UnexpectedRefusal."""
    await tx.lock(call.scope)
    outcome = await stored_outcome(tx, call.scope, action.name)
    if outcome is None:
        needed = not call.undoes or await _is_done(tx, call.scope, call.undoes)
        outcome = await _run(tx, action, call.context, receipt) if needed else Outcome()
        await _store(tx, call.scope, action.name, outcome)
    if outcome.refused and call.final:
        raise UnexpectedRefusal(f"{action.name} must not be refused here: {outcome.reason}")
    return outcome


async def stored_outcome(db: Reader, scope: str, action: str) -> Outcome | None:
    sql = "SELECT outcome FROM _action_outcomes WHERE scope = :scope AND action = :action"
    row = await db.one(sql, scope=scope, action=action)
    return Outcome(**json.loads(row["outcome"]), fresh=False) if row else None


async def _is_done(tx: Tx, scope: str, action: str) -> bool:
    """Return whether there is an effect to undo. If not, mark the action as undone, so that it never takes effect."""
    outcome = await stored_outcome(tx, scope, action)
    if outcome is None:
        await _store(tx, scope, action, Outcome("undone"))
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


async def _store(tx: Tx, scope: str, action: str, outcome: Outcome) -> None:
    text = json.dumps({"reason": outcome.reason, "result": outcome.result})
    sql = (
        "INSERT INTO _action_outcomes (scope, action, outcome, added, noted, traceparent) "
        f"VALUES (:scope, :action, :outcome, {READING}, :noted, :traceparent)"
    )
    noted, trace = time.time(), telemetry.traceparent()
    await tx.execute(sql, scope=scope, action=action, outcome=text, noted=noted, traceparent=trace)


async def forget_outcomes(tx: Tx, before: float) -> None:
    """Delete outcomes stored before this reading of the clock."""
    await tx.execute("DELETE FROM _action_outcomes WHERE added < :before", before=before)
