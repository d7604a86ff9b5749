"""A broker without a server: a partitioned log in one SQLite file that all processes share.

Members of a group lease partitions. One that lost its lease without noticing, as a process that was stopped for a
while, can no longer acknowledge: the lease says whose it is.
"""

import asyncio
import time
import zlib
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from uuid import uuid4

from shop.platform.adapters.sqlite import SqliteDatabase
from shop.platform.broker import Event
from shop.platform.database import Row, Tx, insert

PARTITIONS = 8
LEASE = 3.0
"""Seconds after which a member that is silent has left."""
BATCH = 200
KEPT = 7 * 86400.0
"""Seconds for which events stay in the log, read or not."""
TRIM = 3600.0
"""Seconds between two times at which old events are dropped."""
POLL = 0.004
"""Seconds between two looks at the log."""
TABLES = (
    """CREATE TABLE IF NOT EXISTS log (
      position INTEGER PRIMARY KEY AUTOINCREMENT, partition INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
      key TEXT NOT NULL, workflow TEXT NOT NULL, data TEXT NOT NULL, time TEXT NOT NULL, traceparent TEXT NOT NULL,
      stored REAL NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS log_by_partition ON log (partition, position)",
    "CREATE INDEX IF NOT EXISTS log_by_age ON log (stored)",
    """CREATE TABLE IF NOT EXISTS leases (
      "group" TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL DEFAULT 0,
      owner TEXT NOT NULL DEFAULT '', until REAL NOT NULL DEFAULT 0,
      PRIMARY KEY ("group", partition))""",
    """CREATE TABLE IF NOT EXISTS members (
      "group" TEXT NOT NULL, id TEXT NOT NULL, seen REAL NOT NULL, PRIMARY KEY ("group", id))""",
)


class SqliteLog:
    def __init__(self, path: Path, groups: Iterable[str]) -> None:
        self._database, self._groups = SqliteDatabase(path), list(groups)
        self._ready = False
        self._trimmed = 0.0

    async def publish(self, events: Sequence[Event]) -> None:
        await self.prepare()
        async with self._database.begin() as tx:
            for event in events:
                place = {"partition": zlib.crc32(event.key.encode()) % PARTITIONS, "stored": time.time()}
                await insert(tx, "log", {**event.to_row(), **place})

    def consumer(self, group: str) -> "SqliteLogConsumer":
        return SqliteLogConsumer(self, self._database, group)

    async def close(self) -> None:
        await self._database.close()

    async def prepare(self) -> None:
        """Create the log, and groups that are new: they begin with what is published from now on."""
        if self._ready:
            return
        async with self._database.begin() as tx:
            for statement in TABLES:
                await tx.execute(statement)
            for group, partition in product(self._groups, range(PARTITIONS)):
                await tx.execute(
                    'INSERT INTO leases ("group", partition, position) '
                    "SELECT :group, :partition, coalesce(max(position), 0) FROM log WHERE true ON CONFLICT DO NOTHING",
                    group=group,
                    partition=partition,
                )
        self._ready = True

    async def trim(self, tx: Tx, now: float) -> None:
        """Drop what is old. A consumer that was away for longer than that has missed it."""
        if now - self._trimmed > TRIM:
            await tx.execute("DELETE FROM log WHERE stored < :then", then=now - KEPT)
            await tx.execute("DELETE FROM members WHERE seen < :then", then=now - LEASE)
            self._trimmed = now


class SqliteLogConsumer:
    def __init__(self, log: SqliteLog, database: SqliteDatabase, group: str) -> None:
        self._log, self._database, self._group, self._me = log, database, group, uuid4().hex
        self._owned: dict[int, int] = {}
        """Partition -> the position up to which it is done."""
        self._received: dict[int, int] = {}
        self._next_beat, self._version = 0.0, -1

    async def receive(self) -> list[Event]:
        await self._log.prepare()
        while True:
            if time.monotonic() >= self._next_beat:
                await self._renew()
            if await self._log_has_changed() and (rows := await self._read()):
                self._received = {row["partition"]: row["position"] for row in rows}
                return [Event.of_row(row) for row in rows]
            await asyncio.sleep(POLL)

    async def acknowledge(self) -> None:
        async with self._database.begin() as tx:
            for partition, position in self._received.items():
                await tx.execute(
                    "UPDATE leases SET position = :position "
                    'WHERE "group" = :group AND partition = :partition AND owner = :me',
                    position=position,
                    group=self._group,
                    partition=partition,
                    me=self._me,
                )
                self._owned[partition] = position
        self._received, self._version = {}, -1

    async def close(self) -> None:
        async with self._database.begin() as tx:
            await tx.execute("UPDATE leases SET owner = '', until = 0 WHERE owner = :me", me=self._me)
            await tx.execute("DELETE FROM members WHERE id = :me", me=self._me)

    async def _log_has_changed(self) -> bool:
        """Asking SQLite for its version is far cheaper than a query for each partition."""
        row = await self._database.one("PRAGMA data_version")
        changed = row is None or row["data_version"] != self._version
        self._version = row["data_version"] if row else -1
        return changed

    async def _read(self) -> list[Row]:
        rows: list[Row] = []
        for partition, position in self._owned.items():
            rows += await self._database.all(
                "SELECT * FROM log WHERE partition = :partition AND position > :position "
                "ORDER BY position LIMIT :batch",
                partition=partition,
                position=position,
                batch=BATCH,
            )
        return rows

    async def _renew(self) -> None:
        """Stay a member, and hold a fair share of the partitions: take free ones, give surplus ones back."""
        now = time.time()
        async with self._database.begin() as tx:
            await self._log.trim(tx, now)
            await self._join(tx, now)
            members = await tx.one(
                'SELECT count(*) AS n FROM members WHERE "group" = :group AND seen > :then',
                group=self._group,
                then=now - LEASE,
            )
            share = -(-PARTITIONS // int(members["n"] if members else 1))
            leases = await tx.all('SELECT * FROM leases WHERE "group" = :group ORDER BY partition', group=self._group)
            mine = [lease for lease in leases if lease["owner"] == self._me and lease["until"] > now]
            free = [lease for lease in leases if lease["until"] <= now or not lease["owner"]]
            for lease in mine[share:]:
                await self._hold(tx, lease, owner="", until=0)
            held = [*mine[:share], *free[: max(0, share - len(mine))]]
            for lease in held:
                await self._hold(tx, lease, owner=self._me, until=now + LEASE)
        self._owned = {lease["partition"]: lease["position"] for lease in held}
        self._next_beat, self._version = time.monotonic() + LEASE / 4, -1

    async def _join(self, tx: Tx, now: float) -> None:
        await tx.execute(
            'INSERT INTO members VALUES (:group, :me, :now) ON CONFLICT ("group", id) DO UPDATE SET seen = :now',
            group=self._group,
            me=self._me,
            now=now,
        )

    async def _hold(self, tx: Tx, lease: Row, owner: str, until: float) -> None:
        await tx.execute(
            'UPDATE leases SET owner = :owner, until = :until WHERE "group" = :group AND partition = :partition',
            owner=owner,
            until=until,
            group=self._group,
            partition=lease["partition"],
        )
