"""The texts of migrations that ran, written back from the databases: what `migrations fetch` does."""

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
    """What was written, or would be in a dry run. `skipped` are services whose folder is not there."""

    root: Path
    changes: ChangeSet
    skipped: tuple[str, ...]


def fetch(directory: Path, progress: Progress, *, dry_run: bool) -> Fetched:
    """Write each migration that ran, and that the project lacks or has edited since, as it ran.

    What was edited stays beside it, in a file that does not run.
    Raises UsageError, ConflictError, MachineError.
    """
    from blueprint import __version__

    root = find_project(directory)
    with machine_errors(root):
        records = read_records(root, read_description(root), progress)
    with open_project(root, __version__) as project, machine_errors(root):
        package = load_spec(project.spec.decode("utf-8-sig"), str(root)).name.package
        known = [each for each in records if each.service != _KIT and _folder(root, package, each).is_dir()]
        changes = tuple(_changes(root, package, known))
        steps = tuple(Step(each.path, each.before, each.after) for each in changes)
        if not dry_run:
            commit(root, steps, f"{COMMAND} fetch")
    skipped = sorted({each.service for each in records} - {each.service for each in known} - {_KIT})
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
            yield Change(beside, Action.CREATE, None, FileBlob(there.content), "what you had made of it")
            yield Change(path, Action.UPDATE, there, ran, "as it ran")
