"""A process that hangs, and comes back."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.support.system import System, eventually

FREE_SECONDS = 2.0
STOP_SECONDS = 30.0


@contextmanager
def hanging(system: System, name: str) -> Iterator[None]:
    """Inside, the process is stopped, between two transactions.

    One that is stopped in a transaction keeps all others from writing to that file: so it is with SQLite.
    """
    eventually(lambda: _is_stopped_outside(system, name), STOP_SECONDS, f"{name} stopped")
    try:
        yield
    finally:
        system.kill(name, signal.SIGCONT)


def _is_stopped_outside(system: System, name: str) -> bool:
    system.kill(name, signal.SIGSTOP)
    if _all_files_are_free(system):
        return True
    system.kill(name, signal.SIGCONT)
    return False


def _all_files_are_free(system: System) -> bool:
    for file in (system.folder / "var").glob("*.db"):
        with closing(sqlite3.connect(file, timeout=FREE_SECONDS, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
    return True
