"""Read the executed migrations from a project's databases, with the project's own code."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, ValidationError, convert

from blueprint.errors import MachineError, Problem, UsageError
from blueprint.runtime.database_output import printed_json
from blueprint.runtime.description import Description
from blueprint.runtime.environment import Progress
from blueprint.runtime.launches import Launch, wire
from blueprint.runtime.session import prepared
from blueprint.tree import RelPath


class Record(Struct, frozen=True):
    """An executed migration: its service, its file name without extension, and its text."""

    service: str
    stem: str
    sql: str


def read_records(project: Path, description: Description, progress: Progress) -> list[Record]:
    """The executed migrations in the databases of all processes.

    Raises:
        UsageError: the project was written before migrations were kept in databases.
        MachineError: a database does not answer.
    """
    if not any(program.migrations for program in description.programs):
        hint = "update the project first: blueprint sync"
        raise UsageError(Problem("no-records", "its databases do not record migrations", hint, str(project)))
    python, variables = prepared(project, description, progress)
    launches = wire(description, project, python, variables, {}).launches
    return [record for launch in launches if launch.migrations for record in _records(launch)]


def _records(launch: Launch) -> list[Record]:
    try:
        records = convert(printed_json(launch, launch.migrations), type=list[Record])
        for record in records:
            _refuse_paths(record)
    except (ValidationError, ValueError) as error:
        message = f"the records in the database of {launch.name} cannot be read: {error}"
        raise MachineError(
            Problem("no-records", message, "sync the project with this version of blueprint")
        ) from error
    return records


def _refuse_paths(record: Record) -> None:
    """Raise ValueError for invalid file names, because the database is not trusted."""
    for name in (record.service, record.stem):
        if "/" in RelPath(name):
            raise ValueError(f"not a valid file name: {name!r}")
