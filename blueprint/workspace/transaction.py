"""Change many files atomically: all of them, or none, whenever the run ends.

Staged, journaled, replaced one by one, the lock last. There is one way back, for a failure, for a run that
was killed and for `undo`: what has the bytes of after gets those of before. What has neither is the user's
by now, and stays.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from blueprint.disk.faults import LinkInTheWay
from blueprint.disk.folder import Folder, open_folder
from blueprint.errors import ConflictError, Problem
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.base_store import LOCAL
from blueprint.workspace.changes import Step
from blueprint.workspace.disk_files import DiskFile, Link, Obstacle, OnDisk, Replaceable, look
from blueprint.workspace.interrupts import Interrupts
from blueprint.workspace.journal import (
    BEGUN,
    CHANGE,
    DONE,
    IGNORED,
    LAST,
    Entry,
    Journal,
    journal_of,
    mark_of,
    read_journal,
    write_journal,
)
from blueprint.workspace.machine import machine_error, machine_errors
from blueprint.workspace.writing import refuse_without_room

UNDO = "undo"
_DRAFT = "draft.json"
_COMPILED = "__pycache__"


def commit(root: Path, steps: Sequence[Step], command: str) -> None:
    """Take all steps. Where this raises, none is taken.

    What the last run changed can be taken back afterwards, unless the command is `undo`.
    Raises ConflictError where a file is no longer as the step says, MachineError where the disk does not
    allow it, Interrupted on a signal.
    """
    if not steps:
        return
    with machine_errors(root), open_folder(root) as folder, Interrupts() as interrupts:
        _refuse_unwritable(root, steps)
        _refuse_without_room(root, steps)
        journal = journal_of(root, steps, command)
        try:
            _stage(folder, steps, journal, interrupts.check)
            _perform(folder, steps, interrupts)
        except BaseException:
            # Roll back after any failure. What cannot be rolled back now, the next command
            # takes back.
            with suppress(OSError, LinkInTheWay):
                _recover(folder)
            raise
        with suppress(OSError, LinkInTheWay):
            _prune(folder, journal)
            _finish(folder, journal)


def recover(root: Path) -> bool:
    """Roll back an interrupted run. Returns whether anything was rolled back.

    Raises ValueError for a journal that is none, NotOurs for one that was not written here, LinkInTheWay, and
    OSError where it is not possible now.
    """
    with open_folder(root) as folder:
        return _recover(folder)


def _recover(folder: Folder) -> bool:
    if folder.status(f"{CHANGE}/{DONE}"):
        journal = read_journal(folder, f"{CHANGE}/{DONE}")
        with suppress(OSError):
            _prune(folder, journal)  # failing to remove an empty folder is not an error
        _finish(folder, journal)
        return False
    has_begun = folder.status(f"{CHANGE}/{BEGUN}") is not None
    if has_begun:
        _take_back(folder, read_journal(folder, f"{CHANGE}/{BEGUN}"))
    if folder.status(CHANGE):
        folder.remove_tree(CHANGE)
        _drop_local(folder)
    return has_begun


def _refuse_unwritable(root: Path, steps: Iterable[Step]) -> None:
    """Raise MachineError for the first unwritable file, before any is written."""
    for step in steps:
        path = root / step.path
        folder = next(parent for parent in path.parents if parent.exists())
        permissions = {folder: os.W_OK | os.X_OK} | (
            {path: os.W_OK} if isinstance(step.before, DiskFile) else {}
        )
        for target, needed in permissions.items():
            if not os.access(target, needed):
                raise machine_error(PermissionError(errno.EACCES, "no permission"), target)


def _refuse_without_room(root: Path, steps: Iterable[Step]) -> None:
    files = {step.path: step.after or FileBlob(step.before.content if step.before else b"") for step in steps}
    refuse_without_room(files, root, root)


def _stage(folder: Folder, steps: Sequence[Step], journal: Journal, check: Callable[[], None]) -> None:
    """Write new bytes, old bytes and the journal to disk. Changes no file of the project."""
    with folder.made(LOCAL) as local:
        if not local.status(IGNORED):
            local.create(IGNORED, b"*\n")
        local.make(_name(CHANGE))
        with local.inside(_name(CHANGE)) as change:
            for name in ("new", "old"):
                change.make(name)
            for number, step in enumerate(steps):
                check()
                if step.after:
                    _keep_new(change, number, step, step.after)
                if step.before:
                    _keep_old(folder, change, number, step, step.before)
            write_journal(journal, mark_of(folder), change, _DRAFT)  # flushing it also flushes the files
            change.move(_DRAFT, change, BEGUN)
            change.flush()


def _keep_new(change: Folder, number: int, step: Step, after: FileBlob) -> None:
    if after.is_link:
        change.link(f"new/{number}", os.fsdecode(after.content))
        return
    bits = _mode_after(step.before, after) if isinstance(step.before, DiskFile) else step.mode
    change.create(f"new/{number}", after.content, mode=0o777 if after.executable else 0o666, bits=bits)


def _keep_old(folder: Folder, change: Folder, number: int, step: Step, before: Replaceable) -> None:
    if isinstance(before, Link):
        change.link(f"old/{number}", os.fsdecode(before.content))
        return
    status = folder.status(step.path)
    times = (status.st_atime_ns, status.st_mtime_ns) if status else None
    change.create(f"old/{number}", before.content, bits=before.mode, times=times)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _mode_after(before: DiskFile, after: FileBlob) -> int:
    """The old permission bits; a file that becomes executable is so for all who can read it."""
    if before.executable == after.executable:
        return before.mode
    runs = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH
    return before.mode | (before.mode >> 2 & runs) if after.executable else before.mode & ~runs


def _perform(folder: Folder, steps: Sequence[Step], interrupts: Interrupts) -> None:
    with folder.inside(CHANGE) as change:
        for number, step in enumerate(steps):
            interrupts.check()
            _refuse_changed(folder.path, step)
            if step.after:
                _put(change, f"new/{number}", folder, step.path)
            else:
                folder.remove_file(step.path)
        interrupts.check()
        change.move(BEGUN, change, DONE)
        interrupts.finished = True
        with suppress(OSError):
            change.flush()


def _put(change: Folder, kept: str, folder: Folder, path: RelPath) -> None:
    """Move a staged file to its path, creating parent folders."""
    above, _, name = path.rpartition("/")
    with folder.made(above) as parent:
        change.move(kept, parent, name)


def _refuse_changed(root: Path, step: Step) -> None:
    now = look(root, [step.path])[step.path]
    before = step.before
    same = now == before if isinstance(now, Link) else _same_content(now, before)
    if isinstance(now, Obstacle) and not same:
        message, hint = f"it is {now.what}, and is not written", "replace it with the file itself"
        raise ConflictError(Problem("in-the-way", message, hint, str(root / step.path)))
    if not same:
        message = "the file changed while the command was running, so nothing was written"
        raise ConflictError(Problem("changed-meanwhile", message, "run the command again", step.path))


def _same_content(now: OnDisk, before: Replaceable | None) -> bool:
    """Whether both are files with the same bytes, or both are missing."""
    if isinstance(now, DiskFile) and isinstance(before, DiskFile):
        return now.content == before.content
    return now is None and before is None


def _take_back(folder: Folder, journal: Journal) -> None:
    for number, entry in reversed(list(enumerate(journal.entries))):
        if _hash_at(folder.path, entry.path) == entry.after:
            _restore(folder, number, entry)
    for made in reversed(journal.folders):
        _remove_if_empty(folder, made)


def _restore(folder: Folder, number: int, entry: Entry) -> None:
    if entry.before is None:
        with suppress(FileNotFoundError):
            folder.remove_file(entry.path)
        return
    with folder.inside(CHANGE) as change:
        if change.status(f"old/{number}"):
            _put(change, f"old/{number}", folder, entry.path)


def _hash_at(root: Path, path: RelPath) -> str | None:
    """The hash of the file or link at this path, None if missing, and an invalid hash for anything else."""
    now = look(root, [path])[path]
    if isinstance(now, Replaceable):
        return now.sha256
    return None if now is None else "something else"


def _prune(folder: Folder, journal: Journal) -> None:
    """Remove empty folders."""
    left = {parent for entry in journal.entries if entry.after is None for parent in entry.path.parents}
    for empty in sorted(left, reverse=True):
        _remove_if_empty(folder, empty)


def _finish(folder: Folder, journal: Journal) -> None:
    """Keep the data to undo this run, replacing that of the previous one."""
    if folder.status(LAST):
        folder.remove_tree(LAST)
    if journal.command == UNDO:
        folder.remove_tree(CHANGE)
        _drop_local(folder)
        return
    with suppress(FileNotFoundError):
        folder.remove_tree(f"{CHANGE}/new", ignore_errors=True)
    folder.move(CHANGE, folder, LAST)
    folder.flush(LOCAL)


def _drop_local(folder: Folder) -> None:
    if set(folder.names(LOCAL)) <= {IGNORED}:
        with suppress(FileNotFoundError):
            folder.remove_file(f"{LOCAL}/{IGNORED}")
        folder.remove_folder(LOCAL)


def _remove_if_empty(folder: Folder, path: str) -> None:
    """Remove a folder that is empty except for compiled Python, whose sources are gone."""
    try:
        if folder.names(path) == [_COMPILED]:
            folder.remove_tree(f"{path}/{_COMPILED}")
        folder.remove_folder(path)
    except LinkInTheWay:
        return  # now contains the user's files
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
            raise
