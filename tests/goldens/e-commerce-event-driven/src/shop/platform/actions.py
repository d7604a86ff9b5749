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
from typing import Any, get_type_hints

from pydantic import BaseModel

from shop.platform.database import Reader, Tx, forbid_in_transaction

EXTERNAL_TIMEOUT = 5.0
"""Seconds after which an external call counts as failed. It is tried again with the same key."""


class Refused(Exception):
    """The business says no. Trying again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Outcome:
    """How an action ended: refused with a reason, or done with a result."""

    reason: str | None = None
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return self.reason is not None


@dataclass(frozen=True)
class Action:
    name: str
    command: type[BaseModel]
    run: Callable[..., Awaitable[BaseModel | Refused | None]]
    call: Callable[[Any], Awaitable[Any]] | None = None

    async def call_outside(self, context: dict[str, Any]) -> tuple[Any, ...]:
        """Make the external call, if the action has one; its receipt is an argument of the action."""
        forbid_in_transaction()
        if self.call is None:
            return ()
        async with asyncio.timeout(EXTERNAL_TIMEOUT):
            return (await self.call(self.command.model_validate(context)),)


def action(run: Callable[..., Awaitable[BaseModel | Refused | None]]) -> Action:
    """An action that is done inside one transaction: `async def reserve(tx, command: Reserve) -> ReserveResult`."""
    return _describe(run, None)


def external(
    call: Callable[[Any], Awaitable[Any]],
) -> Callable[[Callable[..., Awaitable[BaseModel | Refused | None]]], Action]:
    """An action that asks the outside first and then records the receipt: `async def charge(tx, command, receipt)`.

    The call is repeated until it answers, so it must carry an idempotency key.
    """
    return lambda run: _describe(run, call)


def _describe(
    run: Callable[..., Awaitable[BaseModel | Refused | None]], call: Callable[[Any], Awaitable[Any]] | None
) -> Action:
    command = list(inspect.signature(run).parameters)[1]
    service = run.__module__.split(".")[-2]
    return Action(f"{service}.{run.__name__}", get_type_hints(run)[command], run, call)


@dataclass(frozen=True)
class Performed:
    outcome: Outcome
    fresh: bool
    """False where the outcome was known already and nothing was done."""


async def perform(
    tx: Tx,
    action: Action,
    scope: str,
    context: dict[str, Any],
    receipt: tuple[Any, ...] = (),
    undoes: str | None = None,
) -> Performed:
    """Do the action once in this scope (a workflow, an event) and remember the outcome in the same transaction.

    An undo that overtakes its action leaves a tombstone: the action is then refused as `undone`. The undo itself may
    not be refused: nobody could go on from there.
    """
    if known := await known_outcome(tx, scope, action.name):
        return Performed(known, fresh=False)
    undone = await known_outcome(tx, scope, undoes) if undoes else None
    if undoes and undone is None:
        await _remember(tx, scope, undoes, Outcome("undone"))
    outcome = Outcome()
    if undoes is None or (undone and not undone.refused):
        outcome = await _run(tx, action, context, receipt)
    if undoes and outcome.refused:
        raise AssertionError(f"{action.name} undoes {undoes} and may not be refused: {outcome.reason}")
    await _remember(tx, scope, action.name, outcome)
    return Performed(outcome, fresh=True)


async def known_outcome(db: Reader, scope: str, action: str) -> Outcome | None:
    row = await db.one(
        "SELECT outcome FROM action_outcomes WHERE scope = :scope AND action = :action", scope=scope, action=action
    )
    return Outcome(**json.loads(row["outcome"])) if row else None


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
    await tx.execute(
        "INSERT INTO action_outcomes VALUES (:scope, :action, :outcome, :added)",
        scope=scope,
        action=action,
        outcome=text,
        added=time.time(),
    )


async def forget_outcomes(tx: Tx, before: float) -> None:
    """Drop what was done so long ago that nobody will ask for it again."""
    await tx.execute("DELETE FROM action_outcomes WHERE added < :before", before=before)
