"""Events leave with the transaction that made them true, and reach the broker afterwards, however long that takes."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import structlog

from shop.platform import telemetry
from shop.platform.broker import Event, Publisher
from shop.platform.database import Database, Row, Tx
from shop.platform.ids import new_id

BATCH = 200
PAUSE = 1.0
"""Seconds between two looks at what other processes have left, and after a failure."""

log = structlog.get_logger()


class Outbox:
    def __init__(self, database: Database, publisher: Publisher) -> None:
        self._database, self._publisher = database, publisher
        self._wake = asyncio.Event()
        self._relay: asyncio.Task[None] | None = None

    async def add(self, tx: Tx, type: str, key: str, data: dict[str, Any], workflow: str = "") -> None:
        await tx.execute(
            "INSERT INTO outbox (id, type, key, workflow, data, traceparent, time) "
            "VALUES (:id, :type, :key, :workflow, :data, :traceparent, :time)",
            id=new_id(),
            type=type,
            key=key,
            workflow=workflow,
            data=json.dumps(data),
            traceparent=telemetry.traceparent(),
            time=datetime.now(UTC).isoformat(),
        )
        tx.after_commit(self._wake.set)

    async def start(self) -> None:
        self._relay = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._relay:
            self._relay.cancel()
            await asyncio.gather(self._relay, return_exceptions=True)
        try:
            await self._send_all()
        except Exception:  # what could not be sent stays in the table
            log.warning("events are left for the next start")

    @property
    def alive(self) -> bool:
        return self._relay is not None and not self._relay.done()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._send_all()
            except Exception as error:  # whatever a broker raises, it is tried again
                log.warning("broker does not answer", error=repr(error))
                await asyncio.sleep(PAUSE)
            try:
                await asyncio.wait_for(self._wake.wait(), PAUSE)
            except TimeoutError:
                continue

    async def _send_all(self) -> None:
        """Publish, then forget: after a crash between the two the event comes again, and inboxes know it."""
        while rows := await self._database.all("SELECT * FROM outbox ORDER BY seq LIMIT :batch", batch=BATCH):
            await self._publisher.publish([_to_event(row) for row in rows])
            async with self._database.begin() as tx:
                for row in rows:
                    await tx.execute("DELETE FROM outbox WHERE seq = :seq", seq=row["seq"])


def _to_event(row: Row) -> Event:
    data = json.loads(row["data"])
    return Event(row["id"], row["type"], row["key"], data, row["time"], row["workflow"], row["traceparent"])
