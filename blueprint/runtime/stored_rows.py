"""Tables and rows in the databases of a project, as its own code reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from msgspec import Struct, ValidationError, convert

from blueprint.errors import MachineError, Problem, UsageError
from blueprint.runtime.database_output import printed_json
from blueprint.runtime.description import Description
from blueprint.runtime.environment import Progress
from blueprint.runtime.launches import Launch, wire
from blueprint.runtime.session import prepared

_T = TypeVar("_T")

Row = dict[str, object]


class Table(Struct, frozen=True):
    """A table or view. `rows` is their number, up to `counted`; `service` is None for tables of the kit."""

    table: str
    service: str | None
    columns: list[str]
    rows: int
    counted: int


class Stored(Struct, frozen=True):
    """The database of one process."""

    launch: Launch

    def tables(self) -> list[Table]:
        """All of them; none where nothing was stored yet. Raises MachineError."""
        return self._printed(list[Table])

    def rows(self, table: str, limit: int, offset: int) -> list[Row]:
        """A page, in the order of the primary key. Raises MachineError."""
        return self._printed(list[Row], table, str(limit), str(offset))

    def _printed(self, kind: type[_T], *arguments: str) -> _T:
        try:
            return convert(printed_json(self.launch, [*self.launch.data, *arguments]), type=kind)
        except ValidationError as error:
            message = f"what the database of {self.launch.name} holds cannot be read: {error}"
            hint = "bring the project up to date: blueprint sync"
            raise MachineError(Problem("no-records", message, hint)) from error


def open_stored(project: Path, description: Description, process: str, progress: Progress) -> Stored:
    """The database of the process, running or not.

    Raises:
        UsageError: the project was written before its databases could be read.
        MachineError: the environment cannot be made.
    """
    if not any(program.data for program in description.programs if program.name == process):
        hint = "bring the project up to date first: blueprint sync"
        raise UsageError(Problem("no-data", f"the database of {process} cannot be read", hint, str(project)))
    python, variables = prepared(project, description, progress)
    launches = wire(description, project, python, variables, {}).launches
    return Stored(next(launch for launch in launches if launch.name == process))
