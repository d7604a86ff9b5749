"""What ran in the databases of a project, as the project's own code reads it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from msgspec import DecodeError, Struct
from msgspec.json import decode

from blueprint.errors import MachineError, Problem, UsageError
from blueprint.runtime.description import Description
from blueprint.runtime.environment import Progress
from blueprint.runtime.launches import Launch, wire
from blueprint.runtime.session import prepared
from blueprint.tree import RelPath

_SECONDS = 60


class Record(Struct, frozen=True):
    """A migration that ran: of which service, the name of its file without the ending, and its text."""

    service: str
    stem: str
    sql: str


def read_records(project: Path, description: Description, progress: Progress) -> list[Record]:
    """All that ran, in the databases of all processes.

    Raises:
        UsageError: the project was written before migrations were kept in databases.
        MachineError: a database does not answer.
    """
    if not any(program.migrations for program in description.programs):
        hint = "bring the project up to date first: blueprint sync"
        raise UsageError(Problem("no-records", "its databases do not keep what ran", hint, str(project)))
    python, variables = prepared(project, description, progress)
    launches = wire(description, project, python, variables, {}).launches
    return [record for launch in launches if launch.migrations for record in _records(launch)]


def _records(launch: Launch) -> list[Record]:
    done = subprocess.run(
        launch.migrations,
        cwd=launch.directory,
        env=launch.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["it says nothing"]
        message = f"the database of {launch.name} cannot be read: {said[-1].strip()[:300]}"
        raise MachineError(Problem("no-records", message, "is the database there, and DATABASE_URL right?"))
    try:
        records = decode(done.stdout, type=list[Record])
        for record in records:
            _refuse_paths(record)
    except (DecodeError, ValueError) as error:
        message = f"what the database of {launch.name} says cannot be read: {error}"
        raise MachineError(Problem("no-records", message, "sync the project with this blueprint")) from error
    return records


def _refuse_paths(record: Record) -> None:
    """ValueError for names that are no names of files: somebody else may have written them."""
    for name in (record.service, record.stem):
        if "/" in RelPath(name):
            raise ValueError(f"not the name of a file: {name!r}")
