"""The last change taken back."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from blueprint.errors import ConflictError, Problem
from blueprint.tree import FileBlob
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.found import Found, OnDisk, look
from blueprint.workspace.journal import DONE, LAST, Entry, Journal, read_journal
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.record import is_record


def last_change(root: Path) -> Journal:
    """What the last run did, if it can be taken back.

    Raises ConflictError where there is no such run, MachineError where it cannot be read.
    """
    with machine_errors(root), suppress(FileNotFoundError, ValueError):
        return read_journal(root / LAST / DONE)
    hint = "what is older, or was done elsewhere, your version control can take back"
    raise ConflictError(Problem("nothing-to-undo", "there is no change to take back", hint, str(root)))


def way_back(root: Path, journal: Journal) -> ChangeSet:
    """What leads back. Raises ConflictError with all that was edited since, MachineError."""
    with machine_errors(root):
        disk = look(root, [entry.path for entry in journal.entries])
    edited = [entry.path for entry in journal.entries if _hash(disk[entry.path]) != entry.after]
    if edited:
        message = f"was edited since `blueprint {journal.command}` wrote it, so nothing is taken back"
        hint = "take your edit out first, or let your version control do it"
        raise ConflictError([Problem("edited-since", message, hint, str(root / path)) for path in edited])
    numbered = enumerate(journal.entries)
    with machine_errors(root):
        steps = tuple(_step(root, number, entry, disk[entry.path]) for number, entry in numbered)
    return ChangeSet(tuple(_change(step) for step in steps if not is_record(step.path)), steps)


def _hash(disk: OnDisk) -> str | None:
    if isinstance(disk, Found):
        return disk.sha256
    return None if disk is None else "no file"


def _step(root: Path, number: int, entry: Entry, disk: OnDisk) -> Step:
    after = None
    if entry.before is not None:
        old = root / LAST / "old" / str(number)
        after = FileBlob(old.read_bytes(), executable=bool(old.stat().st_mode & 0o100))
    return Step(entry.path, disk if isinstance(disk, Found) else None, after)


def _change(step: Step) -> Change:
    if step.before is None:
        return Change(step.path, Action.CREATE, None, step.after)
    action = Action.UPDATE if step.after else Action.DELETE
    return Change(step.path, action, step.before, step.after)
