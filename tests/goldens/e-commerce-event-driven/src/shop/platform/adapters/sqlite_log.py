"""A broker without a server: a partitioned log in a SQLite file that all processes share.

Members of a group lease partitions. Each lease of a partition has a higher epoch, so that a member that lost its lease
without noticing, such as a suspended process, can no longer acknowledge.
"""

import asyncio
import socket
import sqlite3
import time
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path
from uuid import uuid4

from shop.platform.adapters.sqlite import PATIENCE, SqliteDatabase
from shop.platform.messaging.broker import GROUP_BEHIND, Arrival, Event, decode, encode, last_answer
from shop.platform.storage.clock import READING, TOLERANCE, Clock
from shop.platform.storage.database import Row, Tx
from shop.platform.workflows.tasks import Unavailable

PARTITIONS = 8
LEASE = 3.0
"""Seconds after which a lease that is not renewed expires."""
BATCH = 200
RETENTION = 7 * 86400.0
"""Seconds for which events stay in the log after every group has read them. Unread events stay."""
TRIM = 3600.0
"""Seconds between two deletions of old events."""
MEASURE = 15.0
"""Seconds between two measurements of the lag of the groups."""
CHECKPOINT = 1.0
"""Seconds between two checkpoints of the journal of SQLite."""
POLL_INTERVAL = 0.1
"""Seconds between two reads of a member without a notification."""
TABLES = (
    """CREATE TABLE IF NOT EXISTS log (
      position INTEGER PRIMARY KEY AUTOINCREMENT, partition INTEGER NOT NULL, event BLOB NOT NULL,
      stored REAL NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS log_by_partition ON log (partition, position)",
    "CREATE INDEX IF NOT EXISTS log_by_age ON log (stored)",
    """CREATE TABLE IF NOT EXISTS leases (
      "group" TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL DEFAULT 0,
      owner TEXT NOT NULL DEFAULT '', epoch INTEGER NOT NULL DEFAULT 0, until REAL NOT NULL DEFAULT 0,
      PRIMARY KEY ("group", partition))""",
    """CREATE TABLE IF NOT EXISTS members (
      "group" TEXT NOT NULL, id TEXT NOT NULL, port INTEGER NOT NULL, seen REAL NOT NULL,
      PRIMARY KEY ("group", id))""",
    "CREATE TABLE IF NOT EXISTS chores (name TEXT PRIMARY KEY, due REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS _clock (seconds REAL NOT NULL)",
    """INSERT INTO _clock SELECT (SELECT coalesce(max(stored), 0) FROM log)
      WHERE NOT EXISTS (SELECT 1 FROM _clock)""",
)
DROP_OLD = """
    DELETE FROM log WHERE stored < :then AND position <= coalesce(
      (SELECT min(position) FROM leases WHERE leases.partition = log.partition), position)
"""
"""Deletes old events that all groups have read."""
BEHIND = """
    SELECT "group", min((SELECT stored FROM log WHERE log.partition = leases.partition AND
      log.position > leases.position ORDER BY log.position LIMIT 1)) AS stored FROM leases GROUP BY "group"
"""
"""Selects for each group when its oldest unread event was stored."""
GROUPS = """
    SELECT "group", max(owner <> '' AND until > :now AND until <= :now + span) AS present, sum((SELECT count(*) FROM log
      WHERE log.partition = leases.partition AND log.position > leases.position)) AS unread
    FROM leases GROUP BY "group" ORDER BY "group"
"""


class SqliteLog:
    def __init__(self, path: Path, groups: Iterable[str]) -> None:
        self._path, self._groups = path, list(groups)
        self._database: SqliteDatabase | None = None
        """None until the log is open."""
        self._opening = asyncio.Lock()
        self._bells = [Bell()]
        """One to ring others, and one for each member in this process."""
        self._clock = Clock()
        self._next_maintenance = self._next_measure = 0.0

    async def publish(self, events: Sequence[Event]) -> None:
        database = await self.prepare()
        async with database.begin() as tx:
            for event in events:
                await tx.execute(
                    f"INSERT INTO log (partition, event, stored) VALUES (:partition, :event, {READING})",
                    partition=zlib.crc32(event.key.encode()) % PARTITIONS,
                    event=encode(event),
                )
        for row in await database.all("SELECT port FROM members"):
            self._bells[0].ring(row["port"])
        await self.run_maintenance(database)

    def consumer(self, group: str) -> "SqliteLogConsumer":
        bell = Bell()
        self._bells = [*(one for one in self._bells if not one.closed), bell]
        return SqliteLogConsumer(self, group, bell)

    async def groups(self) -> list[Row]:
        """Return each group with its number of unread events, and whether it has a member."""
        database = await self.prepare()
        async with database.begin() as tx:
            now = await self._clock.agree(tx)
        return await database.all(GROUPS, now=now)

    async def forget(self, group: str) -> None:
        """Remove a group and its position. If it returns, it starts with the events published from then on."""
        async with (await self.prepare()).begin() as tx:
            await tx.execute('DELETE FROM leases WHERE "group" = :group', group=group)

    async def close(self) -> None:
        for bell in self._bells:
            bell.close()
        if self._database:
            await self._database.close()

    async def prepare(self) -> SqliteDatabase:
        """Open the file, create the log and new groups. A new group starts with the events published from now on."""
        async with self._opening:
            if self._database is None:
                database = await _opened(self._path)
                await self._create(database)
                self._database = database
        return self._database

    async def _create(self, database: SqliteDatabase) -> None:
        async with database.begin() as tx:
            for statement in TABLES:
                await tx.execute(statement)
            if not await tx.all("SELECT 1 FROM pragma_table_info('leases') WHERE name = 'span'"):
                await tx.execute("ALTER TABLE leases ADD COLUMN span REAL NOT NULL DEFAULT 3")
            await self._clock.agree(tx)
            for group, partition in product(self._groups, range(PARTITIONS)):
                await tx.execute(
                    'INSERT INTO leases ("group", partition, position) '
                    "SELECT :group, :partition, coalesce(max(position), 0) FROM log WHERE true ON CONFLICT DO NOTHING",
                    group=group,
                    partition=partition,
                )

    async def run_maintenance(self, database: SqliteDatabase) -> None:
        """Measure the lag, delete old events and checkpoint the journal.

        Automatic checkpoints are off: before SQLite 3.51.3 they could corrupt the file if several processes write.
        TRUNCATE locks writers out. After an error, such as a full disk, the next attempt follows after CHECKPOINT.
        """
        if time.monotonic() < self._next_maintenance:
            return
        self._next_maintenance = time.monotonic() + CHECKPOINT
        with suppress(sqlite3.OperationalError, Unavailable):
            async with database.begin() as tx:
                now = await self._clock.agree(tx)
                if await _is_due(tx, "trim", now, TRIM):
                    await tx.execute(DROP_OLD, then=now - RETENTION)
                checkpoint = await _is_due(tx, "checkpoint", now, CHECKPOINT)
            if checkpoint:
                await database.one("PRAGMA wal_checkpoint(TRUNCATE)")
            await self._measure(database)

    async def _measure(self, database: SqliteDatabase) -> None:
        if time.monotonic() < self._next_measure:
            return
        self._next_measure = time.monotonic() + MEASURE
        now = self._clock.now()
        for row in await database.all(BEHIND):
            GROUP_BEHIND.labels(row["group"]).set(0.0 if row["stored"] is None else max(0.0, now - row["stored"]))


async def _opened(path: Path) -> SqliteDatabase:
    """Open the database. Waits while another process has locked the file."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return SqliteDatabase(path, patience=0.0)
        except Unavailable:
            if time.monotonic() > deadline:
                raise
        except sqlite3.DatabaseError as error:
            raise OSError(f"cannot open the log at {path}: {error}") from error
        await asyncio.sleep(0.01)


async def _is_due(tx: Tx, chore: str, now: float, interval: float) -> bool:
    """Return whether the task is due, and claim it for this process."""
    sql = (
        "INSERT INTO chores VALUES (:chore, :next) "
        "ON CONFLICT DO UPDATE SET due = :next WHERE due <= :now OR due > :next"
    )
    return await tx.execute(sql, chore=chore, next=now + interval, now=now) > 0


class Bell:
    """Wakes up a member, also across processes. If a notification is lost, the member polls after POLL_INTERVAL."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]

    def ring(self, port: int) -> None:
        with suppress(OSError):
            self._socket.sendto(b"!", ("127.0.0.1", port))

    def clear(self) -> None:
        """Discard pending notifications."""
        with suppress(BlockingIOError):
            while True:
                self._socket.recv(1)

    async def rung(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_INTERVAL):
                await asyncio.get_running_loop().sock_recv(self._socket, 1)

    @property
    def closed(self) -> bool:
        return self._socket.fileno() == -1

    def close(self) -> None:
        self._socket.close()


class SqliteLogConsumer:
    def __init__(self, log: SqliteLog, group: str, bell: Bell) -> None:
        self._log, self._group, self._bell = log, group, bell
        self._me = uuid4().hex
        self._owned: dict[int, Row] = {}
        """Partition -> its lease, with the acknowledged position and the epoch."""
        self._received: dict[int, int] = {}
        self._clock = Clock()
        self._next_beat = 0.0

    async def receive(self) -> list[Arrival]:
        database = await self._log.prepare()
        while True:
            self._bell.clear()
            if time.monotonic() >= self._next_beat:
                await self._renew(database)
            if rows := await self._read(database):
                self._received = {row["partition"]: row["position"] for row in rows}
                return [decode(row["event"], f"log-{row['position']}") for row in rows]
            last_answer.note()
            await self._bell.rung()

    async def acknowledge(self) -> None:
        async with (await self._log.prepare()).begin() as tx:
            for partition, position in self._received.items():
                lease = {**self._owned[partition], "position": position}
                await tx.execute(
                    "UPDATE leases SET position = :position "
                    'WHERE "group" = :group AND partition = :partition AND epoch = :epoch',
                    position=position,
                    group=self._group,
                    partition=partition,
                    epoch=lease["epoch"],
                )
                self._owned[partition] = lease
        self._received = {}

    async def close(self) -> None:
        self._bell.close()
        if not self._next_beat:  # it has not joined
            return
        async with (await self._log.prepare()).begin() as tx:
            await tx.execute("UPDATE leases SET owner = '', until = 0 WHERE owner = :me", me=self._me)
            await tx.execute("DELETE FROM members WHERE id = :me", me=self._me)

    async def _read(self, database: SqliteDatabase) -> list[Row]:
        rows: list[Row] = []
        for partition, lease in self._owned.items():
            rows += await database.all(
                "SELECT * FROM log WHERE partition = :partition AND position > :position "
                "ORDER BY position LIMIT :batch",
                partition=partition,
                position=lease["position"],
                batch=BATCH,
            )
        return rows

    async def _renew(self, database: SqliteDatabase) -> None:
        """Renew the membership and hold a fair share of the partitions: take free ones, release surplus ones."""
        await self._log.run_maintenance(database)
        async with database.begin() as tx:
            now = await self._clock.agree(tx)
            await self._join(tx, now)
            [members] = await tx.all('SELECT count(*) AS n FROM members WHERE "group" = :group', group=self._group)
            share = -(-PARTITIONS // int(members["n"]))
            leases = await tx.all('SELECT * FROM leases WHERE "group" = :group ORDER BY partition', group=self._group)
            mine = [lease for lease in leases if lease["owner"] == self._me and _is_held(lease, now)]
            free = [lease for lease in leases if not _is_held(lease, now)]
            for lease in mine[share:]:
                await self._hold(tx, lease, owner="", until=0)
            taken = [{**lease, "epoch": lease["epoch"] + 1} for lease in free[: max(0, share - len(mine))]]
            held = [*mine[:share], *taken]
            for lease in held:
                await self._hold(tx, lease, owner=self._me, until=now + LEASE)
        self._owned = {lease["partition"]: lease for lease in held}
        self._next_beat = time.monotonic() + LEASE / 4

    async def _join(self, tx: Tx, now: float) -> None:
        """Renew the membership, and remove expired members, including those with a time in the future."""
        await tx.execute(
            'INSERT INTO members VALUES (:group, :me, :port, :now) ON CONFLICT ("group", id) DO UPDATE SET seen = :now',
            group=self._group,
            me=self._me,
            port=self._bell.port,
            now=now,
        )
        await tx.execute(
            "DELETE FROM members WHERE seen < :then OR seen > :latest", then=now - LEASE, latest=now + TOLERANCE
        )

    async def _hold(self, tx: Tx, lease: Row, owner: str, until: float) -> None:
        await tx.execute(
            "UPDATE leases SET owner = :owner, epoch = :epoch, until = :until, span = :span "
            'WHERE "group" = :group AND partition = :partition',
            owner=owner,
            epoch=lease["epoch"],
            until=until,
            span=LEASE,
            group=self._group,
            partition=lease["partition"],
        )


def _is_held(lease: Row, now: float) -> bool:
    """Return whether the lease is held. One that ends later than its span allows has expired."""
    return bool(lease["owner"]) and now < lease["until"] <= now + lease["span"] + TOLERANCE
