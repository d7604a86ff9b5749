"""Undo the last change."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from blueprint.disk.folder import open_folder
from blueprint.errors import ConflictError, Problem
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.base_store import is_record
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.disk_files import OnDisk, Replaceable, look
from blueprint.workspace.journal import DONE, LAST, Entry, Journal, NotOurs, read_journal
from blueprint.workspace.machine import machine_errors


def last_change(root: Path) -> Journal:
    """The journal of the last run, if it can be undone.

    Raises ConflictError where there is no such run here, MachineError where it cannot be read.
    """
    message = "there is no change to undo"
    with machine_errors(root), suppress(FileNotFoundError, ValueError), open_folder(root) as folder:
        try:
            return read_journal(folder, f"{LAST}/{DONE}")
        except NotOurs:
            message = "the last change was made in another copy of this project"
    hint = "revert older changes, and those of other copies, with version control"
    raise ConflictError(Problem("nothing-to-undo", message, hint, str(root)))


def way_back(
    root: Path, journal: Journal, rewritten: Mapping[RelPath, str] = MappingProxyType({})
) -> ChangeSet:
    """The steps that undo the change. `rewritten` has the hashes of files written by the tool since then.

    Raises ConflictError with all later edits, MachineError.
    """
    with machine_errors(root):
        disk = look(root, [entry.path for entry in journal.entries])
    hashes = {entry.path: _hash(disk[entry.path]) for entry in journal.entries}
    edited = [
        entry.path
        for entry in journal.entries
        if hashes[entry.path] not in (entry.after, rewritten.get(entry.path, entry.after))
    ]
    if edited:
        message = f"was edited since `blueprint {journal.command}` wrote it, so nothing was reverted"
        hint = "remove your edit first, or use version control"
        raise ConflictError([Problem("edited-since", message, hint, str(root / path)) for path in edited])
    numbered = enumerate(journal.entries)
    with machine_errors(root):
        steps = tuple(_step(root, number, entry, disk[entry.path]) for number, entry in numbered)
    return ChangeSet(tuple(_change(step) for step in steps if not is_record(step.path)), steps)


def _hash(disk: OnDisk) -> str | None:
    if isinstance(disk, Replaceable):
        return disk.sha256
    return None if disk is None else "no file"


def _step(root: Path, number: int, entry: Entry, disk: OnDisk) -> Step:
    before = disk if isinstance(disk, Replaceable) else None
    if entry.before is None:
        return Step(entry.path, before, None)
    with open_folder(root) as folder:
        old = f"{LAST}/old/{number}"
        status = folder.status(old)
        if status and stat.S_ISLNK(status.st_mode):
            return Step(entry.path, before, FileBlob(folder.target(old), is_link=True))
        content = folder.read(old)
    mode = stat.S_IMODE(status.st_mode) if status else 0o600
    after = FileBlob(content, executable=bool(mode & stat.S_IXUSR))
    return Step(entry.path, before, after, None if before else mode)


def _change(step: Step) -> Change:
    if step.before is None:
        return Change(step.path, Action.CREATE, None, step.after)
    action = Action.UPDATE if step.after else Action.DELETE
    return Change(step.path, action, step.before, step.after)
