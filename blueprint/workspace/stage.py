"""The staging folder of a new project, and cleanup after killed runs.

A stage holds a marker, locked as long as its run lives. The system releases the lock whenever a run ends, so
a later run can detect abandoned stages. The stamp of the marker is stored next to it; files from a repository
or archive cannot contain a matching one.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from blueprint.disk.faults import LinkInTheWay
from blueprint.disk.folder import Folder, open_folder, stamp_of
from blueprint.errors import ConflictError, MachineError, Problem
from blueprint.tree import RelPath
from blueprint.workspace.disk_files import DiskFile, look
from blueprint.workspace.lock import LOCK, decode

MARKER = "made-by-blueprint"
_ENDING = ".blueprint-stage"
STAMP = "stamp"
_TREE = "tree"
_ATTEMPTS = 20


@contextmanager
def open_stage(stage: Path) -> Iterator[Folder]:
    """An empty folder inside of the stage, on the disk of its parent. The stage is gone afterwards.

    What had left it for its parent by the time of an error is taken back first, unless `.blueprint` left too.
    Raises MachineError where another run is at work, ConflictError where the stage's name is taken.
    """
    with open_folder(stage.parent) as parent:
        marker = _claim(parent, stage.name)
        try:
            with parent.inside(stage.name) as folder:
                folder.make(_TREE)
                with folder.inside(_TREE) as inside:
                    yield inside
        finally:
            # A later run cleans up if this fails: the outcome of this run is already decided.
            with suppress(OSError, LinkInTheWay):
                with parent.inside(stage.name) as folder:
                    _clear(parent, folder)
                    folder.remove_file(MARKER)
                parent.remove_folder(stage.name)
            os.close(marker)


def sweep(folder: Path) -> None:
    """Remove stages of killed runs in this folder, as far as possible."""
    if not folder.is_dir():
        return
    with open_folder(folder) as opened:
        names = [name for name in opened.names() if name.startswith(".") and name.endswith(_ENDING)]
        for name in names:
            with suppress(OSError, ConflictError, MachineError):
                # An empty marker belongs to a run that is just starting and may not have locked it yet.
                marker = opened.status(f"{name}/{MARKER}")
                if marker and marker.st_size:
                    with open_stage(folder / name):
                        pass


def leftovers(stage: Path) -> list[RelPath]:
    """Unchanged files that an interrupted run moved into the stage's parent."""
    with (
        suppress(OSError, LinkInTheWay),
        open_folder(stage.parent) as parent,
        parent.inside(stage.name) as folder,
    ):
        return _leftovers(parent, folder)
    return []


def _leftovers(parent: Folder, stage: Folder) -> list[RelPath]:
    if not _is_ours(stage):
        return []
    try:
        lock = f"{_TREE}/{LOCK}"
        files = decode(stage.read(lock), stage.path / lock).files
    except (OSError, ConflictError):
        return []
    tops = {path.split("/")[0] for path in files}
    moved = {top for top in tops if not stage.status(f"{_TREE}/{top}")}
    disk = look(parent.path, [path for path in files if path.split("/")[0] in moved])
    return [
        path
        for path, there in disk.items()
        if isinstance(there, DiskFile) and there.sha256 == files[path].sha256
    ]


def _is_ours(stage: Folder) -> bool:
    marker = stage.status(MARKER)
    return marker is not None and _told(stage) == stamp_of(marker)


def _told(stage: Folder) -> str:
    with suppress(FileNotFoundError):
        return stage.read(STAMP).decode("utf-8", "replace")
    return ""


def _clear(parent: Folder, stage: Folder) -> None:
    """Remove everything except the marker, if the stage is ours."""
    for path in _leftovers(parent, stage):
        parent.remove_file(path)
        for above in path.parents:
            _remove_if_empty(parent, above)
    if stage.status(_TREE):
        stage.remove_tree(_TREE)
    with suppress(FileNotFoundError):
        stage.remove_file(STAMP)


def _claim(parent: Folder, name: str) -> int:
    """The marker's file descriptor, whose holder owns the stage."""
    for _ in range(_ATTEMPTS):
        marker = _try_claim(parent, name)
        if marker is not None:
            return marker
    raise _busy(parent)


def _try_claim(parent: Folder, name: str) -> int | None:
    """The descriptor; None if the owner was just removing the marker."""
    with suppress(FileExistsError):
        parent.make(name, 0o700)
    with ExitStack() as undo:
        undo.callback(_remove_if_empty, parent, name)  # a claimed marker is not empty
        try:
            stage = undo.enter_context(parent.inside(name))
        except FileNotFoundError:
            return None
        except (NotADirectoryError, LinkInTheWay):
            raise _taken(parent.path / name) from None
        return _marked(parent, stage)


def _marked(parent: Folder, stage: Folder) -> int | None:
    """The locked marker of this stage, next to its owner's stamp; None if the stage is being removed."""
    _refuse_foreign(stage)
    with ExitStack() as undo:
        try:
            marker = stage.open(MARKER, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            return None
        undo.callback(os.close, marker)
        _lock(marker, parent)
        if os.fstat(marker).st_nlink == 0:
            return None
        if not _is_ours(stage) and not _is_bare(stage):
            raise _taken(stage.path)
        _clear(parent, stage)
        os.write(marker, b"%d\n" % os.getpid())
        stage.create(STAMP, stamp_of(os.fstat(marker)).encode())
        undo.pop_all()
        return marker


def _is_bare(stage: Folder) -> bool:
    """Whether a run died before it wrote the owner's stamp."""
    return set(stage.names()) <= {MARKER, STAMP} and not _told(stage)


def _lock(marker: int, parent: Folder) -> None:
    try:
        fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(marker, 32).split()
        raise _busy(parent, f" (pid {int(pid[0])})" if pid and pid[0].isdigit() else "") from None
    except OSError as error:
        # On a disk without locks, a concurrent run considers the stage of this one dead.
        if error.errno not in (errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK, errno.EINVAL):
            raise


def _refuse_foreign(stage: Folder) -> None:
    names = stage.names()
    if names and MARKER not in names:
        raise _taken(stage.path)


def _taken(stage: Path) -> ConflictError:
    hint = "move it, then try again"
    return ConflictError(Problem("stage-taken", "this temporary name is in use", hint, str(stage)))


def _remove_if_empty(parent: Folder, path: str) -> None:
    with suppress(OSError, LinkInTheWay):
        parent.remove_folder(path)


def _busy(parent: Folder, who: str = "") -> MachineError:
    hint = "wait for it to finish, then try again"
    return MachineError(
        Problem("busy", f"another blueprint command is running here{who}", hint, str(parent.path))
    )
