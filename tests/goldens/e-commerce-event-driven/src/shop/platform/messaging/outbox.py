"""The outbox: events are stored in the transaction that causes them, and published to the broker afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from prometheus_client import Gauge

from shop.platform.messaging.broker import Event, Publisher, TooLarge, encode
from shop.platform.messaging.versions import NO_VERSIONS, Versions
from shop.platform.monitoring import telemetry
from shop.platform.storage.database import Database, Row, Tx, insert
from shop.platform.storage.ids import derived_id, new_id
from shop.platform.storage.lease import Lease
from shop.platform.workflows.background import Loop
from shop.platform.workflows.tasks import describe

MAX_SIZE = 200_000
"""Maximum size of an event in bytes, which every broker accepts."""
BATCH = 200
POLL_INTERVAL = 0.2
"""Seconds between two checks for events that other processes have added."""
PAUSE = 1.0
"""Seconds to wait after a failure."""
WAITING = Gauge("outbox_waiting", "Events that are not published yet.")

log = structlog.get_logger()


class Outbox(Loop):
    """The outbox of one service. Only one process per database publishes, which keeps the order of each key."""

    def __init__(
        self, database: Database, publisher: Publisher, service: str, versions: Versions = NO_VERSIONS
    ) -> None:
        self._database, self.publisher, self._source = database, publisher, f"/{service}"
        self._versions = versions
        self._lease = Lease(database, "outbox")
        self._wake = asyncio.Event()
        self.set_aside: Callable[[Tx, Event], Awaitable[None]]
        """Handles an event that the broker permanently rejects."""

    async def add(
        self, tx: Tx, type: str, key: str, data: dict[str, Any], workflow: str = "", *, id: str = "", resent: int = 0
    ) -> list[Event]:
        """Add an event in all its published versions, newest first. Raises ValueError if the data is invalid.

        The lock makes events of one key follow the order of the commits.
        """
        await tx.lock(f"events of {key}")
        published, now, events = self._versions.all_published(type, data), datetime.now(UTC).isoformat(), list[Event]()
        for type, data in published.items():
            newest = events[0].id if events else ""
            event = Event(
                id=derived_id(newest, type) if newest else id or new_id(),
                source=self._source,
                type=type,
                key=key,
                time=now,
                dataschema=f"urn:events:shop:{type}",
                data=data,
                workflow=workflow,
                traceparent=telemetry.traceparent(),
                versions=",".join(published) if len(published) > 1 else "",
                occurrence=newest,
                resent=resent,
            )
            if len(encode(event)) > MAX_SIZE:
                raise TooLarge([event.id], MAX_SIZE)
            events.append(event)
        await self.send(tx, events)
        return events

    async def send(self, tx: Tx, events: Iterable[Event]) -> None:
        """Add these events as they are."""
        for event in events:
            await insert(tx, "_outbox", {"event": encode(event).decode()})
        tx.after_commit(self._wake.set)

    async def stop(self) -> None:
        """Publish the remaining events. Those that fail stay in the table."""
        await super().stop()
        await self._send_all()
        with suppress(Exception):  # the lease expires
            await self._lease.release()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            if await self._send_all():
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_INTERVAL):  # `wait_for` may swallow the cancellation of a stop
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
        except Exception as error:  # retried after any error of a broker
            log.warning("cannot publish events", waiting=waiting, error=describe(error))
            return False
        return True

    async def _send(self, rows: list[Row]) -> None:
        """Publish events, then delete them. After a crash in between they are published again; inboxes deduplicate.

        Events that the broker permanently rejects are set aside, so that the following ones continue.
        """
        events = {row["seq"]: Event.model_validate_json(row["event"]) for row in rows}
        refused: Sequence[str] = ()
        try:
            await self._lease.holding(self.publisher.publish(list(events.values())))
        except TooLarge as error:
            refused = error.ids
        else:
            _log(events.values())
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


def _log(events: Iterable[Event]) -> None:
    for event in events:
        with telemetry.continued(event.traceparent):
            log.info("event published", type=event.type, key=event.key)
