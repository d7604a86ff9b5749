"""A process that hangs, and comes back."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.support.system import System, eventually

FREE_SECONDS = 2.0
STOP_SECONDS = 30.0


@contextmanager
def hanging(system: System, name: str) -> Iterator[None]:
    """Inside, the process is stopped, between two transactions.

    One that is stopped in a transaction keeps all others from writing to that file: so it is with SQLite.
    """
    with stopped(lambda: system.pid_of(name), (system.folder / "var").glob("*.db")):
        yield


@contextmanager
def stopped(pid: Callable[[], int], files: Iterable[Path]) -> Iterator[None]:
    """Inside, that process is stopped, while none of these databases is locked."""
    databases = list(files)
    eventually(lambda: _is_stopped_outside(pid, databases), STOP_SECONDS, "stopped")
    try:
        yield
    finally:
        os.kill(pid(), signal.SIGCONT)


def _is_stopped_outside(pid: Callable[[], int], databases: Iterable[Path]) -> bool:
    os.kill(pid(), signal.SIGSTOP)
    if all(_is_free(file) for file in databases):
        return True
    os.kill(pid(), signal.SIGCONT)
    return False


def _is_free(database: Path) -> bool:
    with closing(sqlite3.connect(database, timeout=FREE_SECONDS, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True
