"""The folder in which a project is made before it appears, and what a dead run left behind.

A stage holds a marker, locked as long as its run lives. The system lets go of the lock however a run ends, so
a later run can tell a dead stage from a living one, and ours from anybody else's.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from blueprint.errors import ConflictError, MachineError, Problem
from blueprint.tree import RelPath
from blueprint.workspace.lock import LOCK, read_lock

MARKER = "made-by-blueprint"
_ATTEMPTS = 20


@contextmanager
def open_stage(stage: Path) -> Iterator[Path]:
    """An empty folder inside of the stage, on the disk of its parent. The stage is gone afterwards.

    What had left it for its parent by the time of an error is taken back first, unless `.blueprint` left too.
    Raises MachineError where another run is at work, ConflictError where the stage's name is taken.
    """
    marker = _claim(stage)
    try:
        _clear(stage)
        inside = stage / "tree"
        inside.mkdir()
        yield inside
    finally:
        # What cannot be cleared now, a later run clears: the outcome of this one is settled.
        with suppress(OSError):
            _clear(stage)
            (stage / MARKER).unlink()
            stage.rmdir()
        os.close(marker)


def sweep(folder: Path) -> None:
    """Remove the stages that dead runs left in this folder, as far as that is possible."""
    for marker in folder.glob(f".*.blueprint-stage/{MARKER}"):
        with suppress(OSError, ConflictError, MachineError):
            # An empty marker is of a run that is just beginning: its lock may be a moment away.
            if marker.stat().st_size:
                with open_stage(marker.parent):
                    pass


def leftovers(stage: Path) -> list[RelPath]:
    """The files that an interrupted run has moved into the stage's parent and nobody has changed since."""
    inside = stage / "tree"
    try:
        files = read_lock(inside / LOCK).files
    except (OSError, ConflictError):
        return []
    moved = {top for top in {path.split("/")[0] for path in files} if not (inside / top).exists()}
    return [
        path
        for path, entry in files.items()
        if path.split("/")[0] in moved and _has_hash(stage.parent / path, entry.sha256)
    ]


def _has_hash(file: Path, sha256: str) -> bool:
    # A link on the way could lead out of the folder.
    is_here = os.path.realpath(file) == str(file) and file.is_file()
    return is_here and hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def _clear(stage: Path) -> None:
    for path in leftovers(stage):
        (stage.parent / path).unlink()
        for parent in path.parents:
            _remove_if_empty(stage.parent / parent)
    if (stage / "tree").exists():
        shutil.rmtree(stage / "tree")


def _claim(stage: Path) -> int:
    """The marker's file descriptor: whoever holds it owns the stage."""
    for _ in range(_ATTEMPTS):
        marker = _try_claim(stage)
        if marker is not None:
            return marker
    raise _busy(stage)


def _try_claim(stage: Path) -> int | None:
    """None where its owner was just removing it."""
    with ExitStack() as undo:
        with suppress(FileExistsError):
            stage.mkdir(0o700)
        undo.callback(_remove_if_empty, stage)
        try:
            _refuse_foreign(stage)
            marker = os.open(stage / MARKER, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        except FileNotFoundError:
            return None
        undo.callback(os.close, marker)
        _lock(marker, stage)
        if os.fstat(marker).st_nlink == 0:
            return None
        os.write(marker, b"%d\n" % os.getpid())
        undo.pop_all()
        return marker


def _lock(marker: int, stage: Path) -> None:
    try:
        fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(marker, 32).split()
        raise _busy(stage, f" (pid {int(pid[0])})" if pid else "") from None
    except OSError as error:
        # A disk without locks: there, of two runs at once the later takes the earlier one's stage for dead.
        if error.errno not in (errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK, errno.EINVAL):
            raise


def _refuse_foreign(stage: Path) -> None:
    try:
        names = [entry.name for entry in stage.iterdir()]
    except NotADirectoryError:
        names = [stage.name]
    if names and MARKER not in names:
        hint = "move it away, then try again"
        raise ConflictError(Problem("stage-taken", "this name is needed for a moment", hint, str(stage)))


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _busy(stage: Path, who: str = "") -> MachineError:
    hint = "wait for it to end, then try again"
    return MachineError(Problem("busy", f"another blueprint is at work here{who}", hint, str(stage.parent)))
