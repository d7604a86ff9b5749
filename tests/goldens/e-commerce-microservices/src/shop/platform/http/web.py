"""The parts of a process, and the dependencies with which routes use them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends
from starlette.requests import HTTPConnection

from shop.platform.messaging.events import Events
from shop.platform.service import Service
from shop.platform.storage.database import Database
from shop.platform.workflows.background import Loop
from shop.platform.workflows.tasks import Tasks


class Connection(Protocol):
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Process:
    """The parts of one deployable."""

    name: str
    services: Sequence[Service]
    database: Database
    events: Events
    tasks: Tasks
    operator_token: str
    helpers: Sequence[Loop] = ()
    """Loops that tasks depend on: started before them, stopped after them."""
    sources: Sequence[Loop] = ()
    """Loops that add tasks: started after them, stopped before them."""
    connections: Sequence[Connection] = ()
    """Connections to close at shutdown."""

    @property
    def loops(self) -> tuple[Loop, ...]:
        return (*self.helpers, self.tasks, *self.sources)


async def _this_process(connection: HTTPConnection) -> Process:
    process: Process = connection.app.state.process
    return process


ThisProcess = Annotated[Process, Depends(_this_process)]


async def _database(process: ThisProcess) -> Database:
    return process.database


Db = Annotated[Database, Depends(_database)]
