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
from pathlib import Path
from typing import Any

FAULTS = Path(__file__).parents[1] / "faults"
WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
PROCESS = next((found[1] for word in sys.orig_argv if (found := re.search(r"(\w+):create_app$", word))), "")

_times: dict[str, int] = {}


def name_of(writes: set[str]) -> str:
    """What the transaction does; empty for housekeeping, which comes by the clock."""
    names = {
        "INSERT INTO log": "publish",
        "UPDATE leases position": "acknowledge",
        "DELETE FROM outbox": "forget",
        "UPDATE tasks done": "effect",
        "UPDATE tasks body": "step",
        "INSERT INTO orders": "accept",
        "INSERT INTO tasks": "inbox",
        "INSERT INTO action_outcomes": "answer",
    }
    return next((name for write, name in names.items() if write in writes), "")


class Connection(sqlite3.Connection):
    writes: set[str]

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql.startswith("BEGIN"):
            self.writes = set()
        elif sql == "COMMIT":
            return self._commit(sql)
        elif written := WRITES.match(sql):
            self.writes.add(" ".join(written.groups()) + _detail(sql))
        return super().execute(sql, *values)

    def _commit(self, sql: str) -> sqlite3.Cursor:
        point = name_of(self.writes)
        if point:
            reach(f"{PROCESS}.{point}", "before")
        done = super().execute(sql)
        if point:
            reach(f"{PROCESS}.{point}", "after")
        return done


def _detail(sql: str) -> str:
    """Which of the updates of a table it is."""
    found = re.search(r"SET (position|body)\b|SET status = '(done)'", sql)
    return f" {found[1] or found[2]}" if found else ""


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
