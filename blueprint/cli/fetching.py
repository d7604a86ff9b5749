"""Restore migrations from the databases in which they ran: the core of `migrations fetch`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from blueprint.runtime.description import read_description
from blueprint.runtime.environment import Progress
from blueprint.runtime.migration_records import Record, read_records
from blueprint.spec.load import load_spec
from blueprint.sql.digest import digest
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.disk_files import DiskFile, look
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.project import find_project, open_project
from blueprint.workspace.transaction import commit

COMMAND = "migrations"
_KIT = "platform"
_EDITED = ".edited"


class Fetched(Struct, frozen=True):
    """The changes written, or planned in a dry run. `skipped` are services without a folder."""

    root: Path
    changes: ChangeSet
    skipped: tuple[str, ...]


def fetch(directory: Path, progress: Progress, *, dry_run: bool) -> Fetched:
    """Restore each migration that ran and that the project has lost or edited since.

    The edited version stays next to it, in a file that does not run.
    Raises UsageError, ConflictError, MachineError.
    """
    from blueprint import __version__

    root = find_project(directory)
    with machine_errors(root):
        records = read_records(root, read_description(root), progress)
    with open_project(root, __version__) as project, machine_errors(root):
        package = load_spec(project.spec.decode("utf-8-sig"), str(root)).name.package
        local = [each for each in records if each.service != _KIT and _folder(root, package, each).is_dir()]
        changes = tuple(_changes(root, package, local))
        steps = tuple(Step(each.path, each.before, each.after) for each in changes)
        if not dry_run:
            commit(root, steps, f"{COMMAND} fetch")
    skipped = sorted({each.service for each in records} - {each.service for each in local} - {_KIT})
    return Fetched(root, ChangeSet(changes, steps), tuple(skipped))


def _folder(root: Path, package: str, record: Record) -> Path:
    return root / "src" / package / record.service


def _changes(root: Path, package: str, records: Iterable[Record]) -> Iterator[Change]:
    for record in records:
        path = RelPath(f"src/{package}/{record.service}/migrations/{record.stem}.sql")
        there = look(root, [path])[path]
        ran = FileBlob(record.sql.encode())
        if there is None:
            yield Change(path, Action.CREATE, None, ran, "as it ran")
        elif isinstance(there, DiskFile) and digest(there.content.decode("utf-8", "replace")) != digest(
            record.sql
        ):
            beside = RelPath(f"{path}{_EDITED}")
            yield Change(beside, Action.CREATE, None, FileBlob(there.content), "your edited version")
            yield Change(path, Action.UPDATE, there, ran, "as it ran")
