"""Check that all migrations of a project run on an empty database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from blueprint.errors import Problem
from blueprint.evolution.disk_state import is_for_sqlite
from blueprint.plan.model import Deployable
from blueprint.spec.names import Name
from blueprint.sql.digest import digest

if TYPE_CHECKING:
    from blueprint.evolution.tables import Failure

_KIT = "platform"


class Script(Struct, frozen=True):
    """A migration on the disk; `path` is below the project."""

    path: Path
    text: str


def migration_problems(root: Path, package: Name, deployables: Iterable[Deployable]) -> Iterator[Problem]:
    """The migrations that would fail at startup, each once. Raises OSError where one cannot be read.

    Each process has a database: in it run those of the kit, then those of its services.
    """
    from blueprint.evolution.tables import first_failure  # imports sqlite3

    reported: set[Path] = set()
    for deployable in deployables:
        folders = [_KIT, *(service.name.module for service in deployable.services)]
        scripts = [script for folder in folders for script in _scripts(root, package, folder)]
        failure = first_failure(script.text for script in scripts)
        if failure is not None and (path := scripts[failure.script].path) not in reported:
            reported.add(path)
            yield _problem(root, scripts, failure)


def _problem(root: Path, scripts: Sequence[Script], failure: Failure) -> Problem:
    script = scripts[failure.script]
    location = str(root / script.path)
    for other in scripts[: failure.script]:
        if other.path.parent == script.path.parent and digest(other.text) == digest(script.text):
            message = f"this migration makes the same change as {other.path.name}"
            hint = (
                "delete one of them, then run blueprint sync: databases that ran either recognize the other"
            )
            return Problem("migration-twice", message, hint, location, failure.line)
    message = f"this migration fails on an empty SQLite database: {failure.reason}"
    hint = "fix it if it has not run anywhere; put statements for PostgreSQL into a .postgresql.sql file"
    return Problem("migration-fails", message, hint, location, failure.line)


def _scripts(root: Path, package: Name, service: str) -> list[Script]:
    folder = root / "src" / package.package / service / "migrations"
    return [
        Script(file.relative_to(root), file.read_text(encoding="utf-8", errors="replace"))
        for file in sorted(folder.glob("*.sql"), key=lambda file: file.stem)
        if is_for_sqlite(file.name)
    ]
