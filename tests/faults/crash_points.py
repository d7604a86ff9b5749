"""Put into a project as `sitecustomize`: its processes tell which commits they reach, and die at one.

A commit is named by what is written in it, so that the name says what is lost or repeated by dying there:
`orders.accept`, `orders.publish`, `products.inbox`, `products.effect`, ... A file `faults/kill` with the
words `POINT before|after N` has the process that comes there for the N-th time die as by `kill -9`.
"""

import os
import re
import signal
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

FAULTS = Path(__file__).parents[1] / "faults"
WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
PROCESS = next((found[1] for word in sys.orig_argv if (found := re.search(r"(\w+):create_app$", word))), "")

_times: dict[str, int] = {}


def name_of(writes: set[str]) -> str:
    """What the transaction does; empty for housekeeping, which comes by the clock."""
    names = {
        "INSERT INTO log": "publish",
        "UPDATE leases position": "acknowledge",
        "DELETE FROM _outbox": "forget",
        "UPDATE _tasks done": "effect",
        "UPDATE _tasks body": "step",
        "INSERT INTO orders": "accept",
        "INSERT INTO _tasks": "inbox",
        "INSERT INTO _action_outcomes": "answer",
    }
    return next((name for write, name in names.items() if write in writes), "")


class Transaction:
    """What a connection has written since it began."""

    def __init__(self) -> None:
        self._writes: set[str] = set()

    @contextmanager
    def around(self, sql: str) -> Iterator[None]:
        """Inside, the statement is executed."""
        if sql.startswith("BEGIN"):
            self._writes = set()
        elif written := WRITES.match(sql):
            self._writes.add(" ".join(written.groups()) + _detail(sql))
        point = name_of(self._writes) if sql == "COMMIT" else ""
        if point:
            reach(f"{PROCESS}.{point}", "before")
        yield
        if point:
            reach(f"{PROCESS}.{point}", "after")


def _detail(sql: str) -> str:
    """Which of the updates of a table it is."""
    found = re.search(r"SET (position|body)\b|SET status = '(done)'", sql)
    return f" {found[1] or found[2]}" if found else ""


class Connection(sqlite3.Connection):
    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._transaction = Transaction()

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        with self._transaction.around(sql):
            return super().execute(sql, *values)


def watch_postgresql() -> None:
    """The same for the connections of asyncpg, which all go through two methods of one class."""
    from asyncpg.connection import Connection as Postgres

    transactions: WeakKeyDictionary[Postgres, Transaction] = WeakKeyDictionary()

    def watched(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        @wraps(method)
        async def run(self: Postgres, sql: str, *values: Any, **options: Any) -> Any:
            with transactions.setdefault(self, Transaction()).around(sql):
                return await method(self, sql, *values, **options)

        return run

    for name in ("execute", "fetch"):
        setattr(Postgres, name, watched(getattr(Postgres, name)))


def reach(point: str, when: str) -> None:
    with (FAULTS / "reached").open("a") as journal:
        journal.write(f"{point} {when}\n")
    try:
        wanted = (FAULTS / "kill").read_text()
    except FileNotFoundError:
        return
    aim, _, number = wanted.rpartition(" ")
    if aim == f"{point} {when}":
        _times[wanted] = _times.get(wanted, 0) + 1
        if _times[wanted] == int(number.partition("#")[0]):
            (FAULTS / "kill").rename(FAULTS / "killed")
            os.kill(os.getpid(), signal.SIGKILL)


if PROCESS:
    _connect = sqlite3.connect
    sqlite3.connect = lambda *words, **options: _connect(*words, factory=Connection, **options)  # type: ignore[assignment]
    with suppress(ImportError):
        watch_postgresql()
