"""Many files changed at once: all of them, or none, whenever the run ends.

Staged, journaled, replaced one by one, the lock last. There is one way back, for a failure, for a run that
was killed and for `undo`: what has the bytes of after gets those of before. What has neither is the user's
by now, and stays.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from blueprint.errors import ConflictError, Problem
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Step
from blueprint.workspace.disk import flush_folder, refuse_without_room, write_files
from blueprint.workspace.found import Found, look
from blueprint.workspace.interrupts import Interrupts
from blueprint.workspace.journal import (
    BEGUN,
    CHANGE,
    DONE,
    LAST,
    Entry,
    Journal,
    journal_of,
    read_journal,
    write_journal,
)
from blueprint.workspace.machine import machine_error, machine_errors
from blueprint.workspace.record import LOCAL

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
    with machine_errors(root), Interrupts() as interrupts:
        _refuse_unwritable(root, steps)
        _refuse_without_room(root, steps)
        journal = journal_of(root, steps, command)
        try:
            _stage(root, steps, journal, interrupts.check)
            _perform(root, steps, interrupts)
        except BaseException:
            # Whatever it was: nothing may stay half done. What cannot be taken back now, the next command
            # takes back.
            with suppress(OSError):
                recover(root)
            raise
        with suppress(OSError):
            _prune(root, journal)
            _finish(root, journal)


def recover(root: Path) -> bool:
    """Bring a project into order whose last run did not end. True where something of it was taken back.

    Raises OSError where that is not possible now.
    """
    change = root / CHANGE
    if (change / DONE).exists():
        journal = read_journal(change / DONE)
        with suppress(OSError):
            _prune(root, journal)  # an empty folder that cannot be removed must not stop everything
        _finish(root, journal)
        return False
    has_begun = (change / BEGUN).exists()
    if has_begun:
        _take_back(root, read_journal(change / BEGUN))
    if change.exists():
        shutil.rmtree(change)
        _drop_local(root)
    return has_begun


def _refuse_unwritable(root: Path, steps: Iterable[Step]) -> None:
    """Raise MachineError for the first file that may not be written, before any is."""
    for step in steps:
        path = root / step.path
        folder = next(parent for parent in path.parents if parent.exists())
        places = {folder: os.W_OK | os.X_OK} | ({path: os.W_OK} if step.before else {})
        for place, needed in places.items():
            if not os.access(place, needed):
                raise machine_error(PermissionError(errno.EACCES, "no permission"), place)


def _refuse_without_room(root: Path, steps: Iterable[Step]) -> None:
    files = {step.path: step.after or FileBlob(step.before.content if step.before else b"") for step in steps}
    refuse_without_room(files, root, root)


def _stage(root: Path, steps: Sequence[Step], journal: Journal, check: Callable[[], None]) -> None:
    """New bytes, old bytes and the journal onto the disk. Until it ends, no file of the project changes."""
    change = root / CHANGE
    change.mkdir(parents=True)
    (root / LOCAL / ".gitignore").write_bytes(b"*\n")
    numbered = [(RelPath(str(number)), step) for number, step in enumerate(steps)]
    write_files({name: step.after for name, step in numbered if step.after}, change / "new", check)
    olds = {name: FileBlob(step.before.content) for name, step in numbered if step.before}
    write_files(olds, change / "old", check)
    for name, step in numbered:
        if step.before:
            _copy_status(root / step.path, step.before.mode, change / "old" / name)
            if step.after:
                (change / "new" / name).chmod(_mode_after(step.before, step.after))
    write_journal(journal, change / _DRAFT)  # flushed, and with it the files
    (change / _DRAFT).rename(change / BEGUN)
    flush_folder(change)


def _copy_status(original: Path, mode: int, copy: Path) -> None:
    status = original.lstat()
    copy.chmod(mode)
    os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))


def _mode_after(before: Found, after: FileBlob) -> int:
    """The bits of before; where it becomes executable, whoever can read it can run it."""
    if before.executable == after.executable:
        return before.mode
    runs = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH
    return before.mode | (before.mode >> 2 & runs) if after.executable else before.mode & ~runs


def _perform(root: Path, steps: Sequence[Step], interrupts: Interrupts) -> None:
    change = root / CHANGE
    for number, step in enumerate(steps):
        interrupts.check()
        path = root / step.path
        _refuse_changed(root, step)
        if step.after:
            path.parent.mkdir(parents=True, exist_ok=True)
            (change / "new" / str(number)).replace(path)
        else:
            path.unlink()
    interrupts.check()
    (change / BEGUN).rename(change / DONE)
    interrupts.finished = True
    with suppress(OSError):
        flush_folder(change)


def _refuse_changed(root: Path, step: Step) -> None:
    now = look(root, [step.path])[step.path]
    before = step.before
    same = now.content == before.content if isinstance(now, Found) and before else now is before
    if not same:
        message = "the file changed while blueprint was at work, so nothing was written"
        raise ConflictError(Problem("changed-meanwhile", message, "run the command again", step.path))


def _take_back(root: Path, journal: Journal) -> None:
    for number, entry in reversed(list(enumerate(journal.entries))):
        if _hash_at(root, entry.path) == entry.after:
            _restore(root / entry.path, root / CHANGE / "old" / str(number), entry)
    for folder in reversed(journal.folders):
        _remove_if_empty(root / folder)


def _restore(path: Path, old: Path, entry: Entry) -> None:
    if entry.before is None:
        path.unlink(missing_ok=True)
    elif old.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        old.replace(path)


def _hash_at(root: Path, path: RelPath) -> str | None:
    """The SHA-256 of the file at this path, None for no file, and nothing that is one for anything else."""
    now = look(root, [path])[path]
    if isinstance(now, Found):
        return now.sha256
    return None if now is None else "something else"


def _prune(root: Path, journal: Journal) -> None:
    """Remove the folders that have become empty."""
    left = {parent for entry in journal.entries if entry.after is None for parent in entry.path.parents}
    for folder in sorted(left, reverse=True):
        _remove_if_empty(root / folder)


def _finish(root: Path, journal: Journal) -> None:
    """Keep what it takes to undo the run, in place of what the run before had left."""
    if (root / LAST).exists():
        shutil.rmtree(root / LAST)
    if journal.command == UNDO:
        shutil.rmtree(root / CHANGE)
        _drop_local(root)
        return
    shutil.rmtree(root / CHANGE / "new", ignore_errors=True)
    (root / CHANGE).rename(root / LAST)
    flush_folder(root / LOCAL)


def _drop_local(root: Path) -> None:
    local = root / LOCAL
    if {entry.name for entry in local.iterdir()} <= {".gitignore"}:
        (local / ".gitignore").unlink(missing_ok=True)
        local.rmdir()


def _remove_if_empty(folder: Path) -> None:
    """Compiled Python does not count: what it was compiled from is gone."""
    try:
        if [entry.name for entry in folder.iterdir()] == [_COMPILED]:
            shutil.rmtree(folder / _COMPILED)
        folder.rmdir()
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
            raise
