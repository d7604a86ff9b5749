"""Actions that only write down that they were done, and a database whose process dies."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import ModuleType
from typing import Any

import pytest
import structlog
from pydantic import BaseModel
from structlog.testing import LogCapture

from acme.platform.storage.database import Database, Reader, Row, Tx, insert
from acme.platform.workflows.actions import Action, Refused

TABLE = "CREATE TABLE journal (line INTEGER PRIMARY KEY AUTOINCREMENT, action TEXT NOT NULL)"


class Anything(BaseModel):
    number: int = 0


def act(
    name: str,
    refuses: str = "",
    fails: Exception | None = None,
    call: Callable[[Any], Awaitable[Any]] | None = None,
) -> Action:
    """An action that writes one line, then is refused or fails if told to; `call` goes outside first."""

    async def run(tx: Tx, command: Anything, *receipt: object) -> None:
        await insert(tx, "journal", {"action": name})
        if fails:
            raise fails
        if refuses:
            raise Refused(refuses)

    return Action(name, Anything, run, call)


def acts(*actions: Action) -> dict[str, Action]:
    return {action.name: action for action in actions}


async def journal(db: Reader) -> list[str]:
    """What was done, in order."""
    return [row["action"] for row in await db.all("SELECT action FROM journal ORDER BY line")]


class CutOff(Exception):
    """The process is gone."""


class DyingDatabase:
    """A database whose process dies at the commit of this number: right before it, or right after."""

    locking = ""
    dialect = "sqlite"

    def __init__(self, database: Database, number: int, before: bool) -> None:
        self._database, self._left, self._before = database, number, before
        self.dead = False

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        self._work()
        return await self._database.one(sql, **values)

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        self._work()
        return await self._database.all(sql, **values)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        self._work()
        async with self._database.begin() as tx:
            yield tx
            self._left -= 1
            self.dead = self.dead or self._left < 0
            if self._before:
                self._work()
        self._work()

    def begin_migration(self, script: str) -> AbstractAsyncContextManager[Tx]:
        return self._database.begin_migration(script)

    async def close(self) -> None: ...

    def _work(self) -> None:
        if self.dead:
            raise CutOff


def lines_of(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the module logs from now on."""
    capture = LogCapture()
    monkeypatch.setattr(module, "log", structlog.wrap_logger(None, processors=[capture]))
    return capture.entries
