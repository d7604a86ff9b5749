"""Sends the first event of a workflow again if the workflow does not end: a broker may lose what it has acknowledged.

A service that has done its step answers a repeated event with the outcome that it has stored, so the workflow continues
at the step whose event was lost.
"""

import asyncio
import json
from collections.abc import Sequence

import structlog
from prometheus_client import Counter

from shop.platform.messaging.broker import Event
from shop.platform.messaging.outbox import Outbox
from shop.platform.storage.clock import READING, reading
from shop.platform.storage.database import Database, Row, Tx
from shop.platform.workflows.background import Loop
from shop.platform.workflows.tasks import RETENTION

PATIENCE = 30.0
"""Seconds until the first repetition: longer than the steps of a workflow take. Doubled for each further one."""
LONGEST_PATIENCE = 3600.0
CHECK = 1.0
"""Seconds between two checks for workflows that are due."""
AT_ONCE = 50
"""Maximum number of workflows that are repeated in one check, so that an overloaded system is not overloaded more."""
DUE = """
    SELECT workflow, key, events, resent FROM _workflows
    WHERE due <= :now AND begun > :oldest AND NOT EXISTS (SELECT 1 FROM _outbox) ORDER BY due LIMIT :at_once
"""
"""Selects nothing while events wait for the broker. A workflow older than its stored outcomes is not repeated."""
RESENT = Counter("workflows_resent_total", "Repetitions of workflows that did not end in time.", ["workflow"])

log = structlog.get_logger()


async def watch(tx: Tx, workflow: str, key: str, events: Sequence[Event]) -> None:
    """Store the events that have started an open workflow."""
    await tx.execute(
        f"UPDATE _workflows SET events = :events, due = {READING} + :patience "
        "WHERE workflow = :workflow AND key = :key",
        workflow=workflow,
        key=key,
        events=json.dumps([event.model_dump(mode="json") for event in events]),
        patience=PATIENCE,
    )


class Watchdog(Loop):
    """Watches the workflows that started in one service. Several processes on its database share the work."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database, self._outbox = database, outbox

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(CHECK)
            try:
                now = await reading(self._database)
                for row in await self._database.all(DUE, now=now, oldest=now - RETENTION, at_once=AT_ONCE):
                    await self._repeat(row)
            except Exception:  # the next check retries after any error
                log.exception("cannot check open workflows")

    async def _repeat(self, row: Row) -> None:
        resent = row["resent"] + 1
        place = {"workflow": row["workflow"], "key": row["key"]}
        async with self._database.begin() as tx:
            first = await tx.execute(
                f"UPDATE _workflows SET resent = :resent, due = {READING} + :patience "
                "WHERE workflow = :workflow AND key = :key AND resent = :before",
                **place,
                resent=resent,
                before=row["resent"],
                patience=min(LONGEST_PATIENCE, PATIENCE * 2 ** min(resent, 10)),
            )
            if not first:  # it has ended, or another process was faster
                return
            events = [Event.model_validate(event) for event in json.loads(row["events"])]
            await self._outbox.send(tx, [event.model_copy(update={"resent": resent}) for event in events])
        RESENT.labels(row["workflow"]).inc()
        log.warning("workflow repeated", **place, repetition=resent)
