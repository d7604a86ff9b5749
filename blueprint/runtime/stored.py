"""Locate the stored data of a project's processes.

A place is a URL as the description has it, with `{data}` in it, or the one that was given, with the process
whose tables are meant: what several processes share is kept apart by their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from blueprint.runtime.description import Description, Program
from blueprint.runtime.dotenv import read_dotenv

DATABASE, BROKER = "DATABASE_URL", "BROKER_URL"

_MAGIC = b"SQLite format 3\0"
_FILE_URL = "sqlite:///{data}/"


class Stored(Struct, frozen=True):
    """Stored data: non-empty files relative to the project, and configured URLs."""

    files: tuple[str, ...]
    urls: tuple[str, ...]

    @property
    def locations(self) -> tuple[str, ...]:
        """`var/shop.db`; for a URL only the name of its variable, because it may contain a password."""
        return (*self.files, *(f"the database or broker of {name}" for name in self.urls))


def given_variables(project: Path, description: Description, environ: Mapping[str, str]) -> Mapping[str, str]:
    """The variables of the project's processes; the environment overrides the file of secrets."""
    try:
        known = read_dotenv(project / description.dotenv.path) if description.dotenv else {}
    except OSError:
        known = {}
    return {**known, **environ}


def stored_data(project: Path, description: Description, variables: Mapping[str, str]) -> Stored:
    """The data the project may have stored. Every URL counts, without connecting to it."""
    known = {name for program in description.programs for name in program.env} | description.shared.keys()
    urls = tuple(name for name in (DATABASE, BROKER) if name in known and variables.get(name))
    folder = project / description.data
    files = sorted(path for path in folder.rglob("*") if _holds_something(path)) if folder.is_dir() else []
    return Stored(tuple(path.relative_to(project).as_posix() for path in files), urls)


def database_urls(description: Description, variables: Mapping[str, str]) -> Mapping[str, str]:
    """The database of each process that has one."""
    urls = ((each.name, _url(description, each, variables)) for each in description.programs)
    return {name: url for name, url in urls if url is not None}


def moved_by(old: Description, new: Description, variables: Mapping[str, str]) -> str | None:
    """The key whose change disconnects the system from its stored data, if any.

    It does for a process that stays and does not find its data again. Those that come or go do not count.
    """
    if old.pattern != new.pattern:
        return "pattern"
    before, after = database_urls(old, variables), database_urls(new, variables)
    staying = before.keys() & after.keys()
    if any(before[name] != after[name] for name in staying):
        return "database"
    if before and not staying:
        return "name"
    if BROKER in old.shared and BROKER in new.shared and old.shared[BROKER] != new.shared[BROKER]:
        return None if variables.get(BROKER) else "broker"
    return None


def files_of(description: Description, variables: Mapping[str, str]) -> frozenset[str]:
    """The database and broker files of processes, existing or not."""
    broker = variables.get(BROKER) or description.shared.get(BROKER, "")
    urls = (*database_urls(description, variables).values(), broker)
    return frozenset(
        f"{description.data}/{url.removeprefix(_FILE_URL)}" for url in urls if url.startswith(_FILE_URL)
    )


def _url(description: Description, program: Program, variables: Mapping[str, str]) -> str | None:
    if DATABASE in program.env:
        return program.env[DATABASE]
    # The gateway and helpers also get shared variables, but store nothing.
    if DATABASE not in description.shared or program.name == description.entry or program.unless:
        return None
    if given := variables.get(DATABASE):
        return f"{given} ({program.name})"
    return description.shared[DATABASE].replace("{process}", program.name.replace("-", "_"))


def _holds_something(path: Path) -> bool:
    if not path.is_file() or path.is_symlink() or not path.stat().st_size:
        return False
    if path.suffix == ".db":
        return True
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC
