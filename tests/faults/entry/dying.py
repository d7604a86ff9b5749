"""The processes of the shop, as `dying:orders` and the like: each dies at the commit that its order says.

The order is a file `var/die-NAME` that holds a number, counted from when it is first seen, and `before` or
`after`. It goes away with the process; the statements of that transaction are left in `var/died-NAME`.
"""

from __future__ import annotations

import importlib
import os
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from shop.platform.adapters.sqlite import SqliteDatabase, SqliteTx

WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')


def __getattr__(name: str) -> Callable[[], Any]:
    if name.startswith("_"):
        raise AttributeError(name)
    _install(_Executioner(name))
    create: Callable[[], Any] = importlib.import_module(f"shop.entrypoints.{name}").create_app
    return create


class _Executioner:
    """Counts the commits since an order was given."""

    def __init__(self, name: str) -> None:
        self._order, self._trace = Path("var") / f"die-{name}", Path("var") / f"died-{name}"
        self._known: tuple[int, int] | None = None
        self._commits = 0
        self.written: list[str] = []

    def count(self) -> None:
        try:
            status = self._order.stat()
        except FileNotFoundError:
            return
        if (status.st_ino, status.st_mtime_ns) != self._known:
            self._known, self._commits = (status.st_ino, status.st_mtime_ns), 0
        self._commits += 1

    def strike(self, moment: str) -> None:
        if self._order.exists() and self._order.read_text() == f"{self._commits} {moment}":
            self._trace.write_text(", ".join(self.written))
            self._order.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def _install(executioner: _Executioner) -> None:
    begin, execute = SqliteDatabase.begin, SqliteTx.execute

    @asynccontextmanager
    async def begin_and_die(self: SqliteDatabase) -> AsyncIterator[SqliteTx]:
        async with begin(self) as tx:
            executioner.written.clear()
            yield tx
            executioner.count()
            executioner.strike("before")
        executioner.strike("after")

    async def execute_and_note(self: SqliteTx, sql: str, /, **values: Any) -> int:
        if found := WRITES.match(sql):
            executioner.written.append(" ".join(found.groups()).lower())
        return await execute(self, sql, **values)

    SqliteDatabase.begin = begin_and_die
    SqliteTx.execute = execute_and_note
