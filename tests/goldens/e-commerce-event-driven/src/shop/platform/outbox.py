"""Events leave with the transaction that made them true, and reach the broker afterwards, however long that takes."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from prometheus_client import Gauge

from shop.platform import telemetry
from shop.platform.background import Loop
from shop.platform.broker import Event, Publisher, TooLarge
from shop.platform.database import Database, Row, Tx, insert
from shop.platform.dead_letters import bury
from shop.platform.ids import new_id

BATCH = 200
PAUSE = 1.0
"""Seconds between two looks at what other processes have left, and after a failure."""
SEND = "outbox.send"
"""The handler of events that were set aside."""
WAITING = Gauge("outbox_waiting", "Events that the broker has not taken yet.")

log = structlog.get_logger()


class Outbox(Loop):
    def __init__(self, database: Database, publisher: Publisher) -> None:
        self._database, self._publisher = database, publisher
        self._wake = asyncio.Event()

    async def add(self, tx: Tx, type: str, key: str, data: dict[str, Any], workflow: str = "") -> None:
        now = datetime.now(UTC).isoformat()
        event = Event(new_id(), type, key, data, now, workflow, telemetry.traceparent())
        await insert(tx, "outbox", event.to_row())
        tx.after_commit(self._wake.set)

    async def put_back(self, tx: Tx, event: dict[str, str]) -> None:
        """What was set aside is tried again."""
        await insert(tx, "outbox", event)
        tx.after_commit(self._wake.set)

    async def stop(self) -> None:
        """Send what is left. What cannot be sent stays in the table."""
        await super().stop()
        await self._send_all()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            if await self._send_all():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), PAUSE)
            else:
                await asyncio.sleep(PAUSE)

    async def _send_all(self) -> bool:
        waiting = 0
        try:
            while waiting := await self._count():
                await self._send(
                    await self._database.all("SELECT * FROM outbox ORDER BY seq LIMIT :batch", batch=BATCH)
                )
        except Exception as error:  # whatever a broker raises, it is tried again
            log.warning("broker takes no events", waiting=waiting, error=repr(error))
            return False
        return True

    async def _send(self, rows: list[Row]) -> None:
        """Publish, then forget: after a crash between the two the event comes again, and inboxes know it.

        What is too large is set aside for an operator, and what is behind it goes on.
        """
        refusal = ""
        try:
            await self._publisher.publish([Event.of_row(row) for row in rows])
        except TooLarge as error:
            refusal, rows = str(error), [row for row in rows if row["id"] in error.ids]
        async with self._database.begin() as tx:
            for row in rows:
                if refusal:
                    await bury(tx, SEND, new_id(), Event.of_row(row).to_row(), refusal)
                await tx.execute("DELETE FROM outbox WHERE seq = :seq", seq=row["seq"])

    async def _count(self) -> int:
        [row] = await self._database.all("SELECT count(*) AS number FROM outbox")
        WAITING.set(row["number"])
        return int(row["number"])
