"""Events leave with the transaction that made them true, and reach the broker afterwards, however long that takes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from prometheus_client import Gauge

from shop.platform.messaging.broker import Event, Publisher, TooLarge, encode
from shop.platform.messaging.versions import NO_VERSIONS, Versions
from shop.platform.monitoring import telemetry
from shop.platform.storage.database import Database, Row, Tx, insert
from shop.platform.storage.ids import new_id
from shop.platform.storage.lease import Lease
from shop.platform.workflows.background import Loop
from shop.platform.workflows.tasks import describe

LARGEST = 200_000
"""Bytes of an event: every broker takes that, with what it adds."""
BATCH = 200
LOOK = 0.2
"""Seconds between two looks at what other processes have added."""
PAUSE = 1.0
"""Seconds to wait after a failure."""
WAITING = Gauge("outbox_waiting", "Events that the broker has not taken yet.")

log = structlog.get_logger()


class Outbox(Loop):
    """The events of one service. Of several processes on one database, one sends: the order of a key holds."""

    def __init__(
        self, database: Database, publisher: Publisher, service: str, versions: Versions = NO_VERSIONS
    ) -> None:
        self._database, self.publisher, self._source = database, publisher, f"/{service}"
        self._versions = versions
        self._lease = Lease(database, "outbox")
        self._wake = asyncio.Event()
        self.set_aside: Callable[[Tx, Event], Awaitable[None]]
        """What becomes of an event that the broker never takes."""

    async def add(self, tx: Tx, type: str, key: str, data: dict[str, Any], workflow: str = "") -> None:
        """Tell it in each version that is published, the newest first. ValueError where the data does not fit.

        Events of one key get their numbers in the order in which transactions end.
        """
        await tx.lock(f"events of {key}")
        told, now, occurrence = self._versions.told(type, data), datetime.now(UTC).isoformat(), ""
        for type, data in told.items():
            event = Event(
                id=new_id(),
                source=self._source,
                type=type,
                key=key,
                time=now,
                dataschema=f"urn:events:shop:{type}",
                data=data,
                workflow=workflow,
                traceparent=telemetry.traceparent(),
                versions=",".join(told) if len(told) > 1 else "",
                occurrence=occurrence,
            )
            body = encode(event)
            if len(body) > LARGEST:
                raise TooLarge([event.id], LARGEST)
            await insert(tx, "_outbox", {"event": body.decode()})
            occurrence = occurrence or event.id
        tx.after_commit(self._wake.set)

    async def stop(self) -> None:
        """Send what is left. What cannot be sent stays in the table."""
        await super().stop()
        await self._send_all()
        with suppress(Exception):  # its term ends by itself then
            await self._lease.release()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            if await self._send_all():
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK):  # `wait_for` may swallow the cancellation of a stop
                        await self._wake.wait()
            else:
                await asyncio.sleep(PAUSE)

    async def _send_all(self) -> bool:
        waiting = 0
        try:
            while (waiting := await self._count()) and await self._lease.held():
                await self._send(
                    await self._database.all("SELECT * FROM _outbox ORDER BY seq LIMIT :batch", batch=BATCH)
                )
        except Exception as error:  # whatever a broker raises, it is tried again
            log.warning("broker takes no events", waiting=waiting, error=describe(error))
            return False
        return True

    async def _send(self, rows: list[Row]) -> None:
        """Publish, then forget: after a crash between the two the event comes again, and inboxes know it.

        What this broker never takes is set aside, and what is behind it goes on.
        """
        events = {row["seq"]: Event.model_validate_json(row["event"]) for row in rows}
        refused: Sequence[str] = ()
        try:
            await self._lease.holding(self.publisher.publish(list(events.values())))
        except TooLarge as error:
            refused = error.ids
        async with self._database.begin() as tx:
            await self._lease.confirm(tx)
            for seq, event in events.items():
                if event.id in refused:
                    await self.set_aside(tx, event)
                if event.id in refused or not refused:
                    await tx.execute("DELETE FROM _outbox WHERE seq = :seq", seq=seq)

    async def _count(self) -> int:
        [row] = await self._database.all("SELECT count(*) AS number FROM _outbox")
        WAITING.set(row["number"])
        return int(row["number"])
