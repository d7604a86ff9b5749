"""The embedded broker of a running shop, seen from outside: a file to read, to write to, and to hold up."""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.system import System

PARTITIONS = range(8)


def partition_of(key: str) -> int:
    return zlib.crc32(key.encode()) % len(PARTITIONS)


@dataclass(frozen=True, slots=True)
class EventLog:
    file: Path

    def events(self) -> list[dict[str, Any]]:
        """All events that are stored, in order; what is none is left out."""
        with closing(self._open()) as log:
            bodies = [row[0] for row in log.execute("SELECT event FROM log ORDER BY position")]
        return [event for body in bodies if (event := _parsed(body))]

    def put(self, *events: Mapping[str, Any]) -> None:
        """Store events, one after the other, behind the back of the services."""
        for event in events:
            self.put_raw(json.dumps(event).encode(), partition_of(event["subject"]))

    def put_raw(self, body: bytes, partition: int) -> None:
        with closing(self._open()) as log:
            sql = "INSERT INTO log (partition, event, stored) VALUES (?, ?, ?)"
            log.execute(sql, (partition, body, time.time()))

    def is_read(self) -> bool:
        """Whether every group has acknowledged all that is stored."""
        sql = "SELECT 1 FROM leases JOIN log USING (partition) WHERE log.position > leases.position LIMIT 1"
        with closing(self._open()) as log:
            return log.execute(sql).fetchone() is None

    def is_whole(self) -> bool:
        with closing(self._open()) as log:
            return bool(log.execute("PRAGMA integrity_check").fetchone() == ("ok",))

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Inside, it is changed behind the back of the services, in one transaction."""
        with closing(self._open()) as log:
            log.execute("BEGIN IMMEDIATE")
            yield log
            log.execute("COMMIT")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Inside, nobody else can store, lease or acknowledge anything."""
        with closing(self._open()) as log:
            log.execute("BEGIN IMMEDIATE")
            yield

    def _open(self) -> sqlite3.Connection:
        log = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        log.execute("PRAGMA wal_autocheckpoint = 0")  # the services see to that
        return log


def log_of(system: System) -> EventLog:
    return EventLog(system.folder / "var" / "broker.db")


def databases_of(system: System) -> list[Path]:
    """Those of the services that take in events."""
    return [system.folder / "var" / f"{name}.db" for name in ("orders", "payments", "products")]


def inversions(log: EventLog, databases: Iterable[Path]) -> list[str]:
    """Where events of one key were told, or taken in, in another order than that in which they came first."""
    first: dict[str, dict[str, Any]] = {}
    for event in log.events():
        first.setdefault(event["id"], event)
    told = ((event["source"], event["subject"], id) for id, event in first.items())
    by_time = {id: event["time"] for id, event in first.items()}
    found = [f"{source} told {id} of {key} too late" for source, key, id in _out_of_order(told, by_time)]
    places = {id: f"{place:09}" for place, id in enumerate(first)}
    for database in databases:
        taken = ((database.stem, key, id) for key, id in _inbox(database) if id in places)
        found += [f"{name} took in {id} of {key} too late" for name, key, id in _out_of_order(taken, places)]
    return found


def _out_of_order(
    rows: Iterable[tuple[str, str, str]], rank: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Those (who, key, id) behind one of the same who and key that ranks higher."""
    highest: dict[tuple[str, str], str] = {}
    for who, key, id in rows:
        if (who, key) in highest and rank[id] < highest[who, key]:
            yield who, key, id
        else:
            highest[who, key] = rank[id]


def statuses(database: Path, key: str) -> list[str]:
    """What has become of each event of that key that the service has taken in, in order."""
    with closing(sqlite3.connect(database)) as inbox:
        rows = inbox.execute("SELECT status FROM _tasks WHERE key = ? ORDER BY seq", [key]).fetchall()
    return [row[0] for row in rows]


def _inbox(database: Path) -> list[tuple[str, str]]:
    """Key and id of each event that the service has taken in, in order."""
    with closing(sqlite3.connect(database)) as inbox:
        rows = inbox.execute("SELECT key, id FROM _tasks ORDER BY seq").fetchall()
    return [(key, id.partition(":")[0]) for key, id in rows]


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body)
    except ValueError:
        return None
    return event if isinstance(event, dict) and {"id", "subject", "source"} <= event.keys() else None
