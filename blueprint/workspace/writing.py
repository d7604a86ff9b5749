"""Write files durably, after checking the free space."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from blueprint.disk.folder import Folder
from blueprint.errors import MachineError, Problem
from blueprint.tree import FileBlob, RelPath

Files = Mapping[RelPath, FileBlob]

_STAGE_NAME = 100


def refuse_without_room(files: Files, target: Path, anchor: Path) -> None:
    """Raise MachineError if the anchor's disk has too little space, or does not allow paths this long.

    Includes the space for git's copy.
    """
    disk = os.statvfs(anchor)
    block = disk.f_frsize or 4096
    needed = 2 * sum((len(blob.content) // block + 1) * block for blob in files.values())
    free = disk.f_bavail * block
    if disk.f_blocks and needed > free:
        message = f"the disk is full: {needed // 1024:,} KiB needed, {free // 1024:,} KiB free"
        hint = "free some space or choose a folder on another disk"
        raise MachineError(Problem("disk-full", message, hint, str(target)))
    longest = max(len(os.fsencode(target / path)) for path in files)
    if longest + _STAGE_NAME > os.pathconf(anchor, "PC_PATH_MAX"):
        message = "the path is too long for this disk"
        raise MachineError(Problem("path-too-long", message, "choose a shorter path", str(target)))


def write_files(
    files: Files, folder: Folder, check: Callable[[], None], empty: Collection[RelPath] = ()
) -> None:
    """Write all files, and the `empty` folders, into an empty folder. `check` is asked before every file.

    They survive a power failure once a file written later on this disk is flushed.
    """
    for parent in sorted({*empty, *(parent for path in (*files, *empty) for parent in path.parents)}):
        folder.make(parent)
    for path, blob in files.items():
        check()
        if blob.is_link:
            folder.link(path, os.fsdecode(blob.content))
        else:
            folder.create(path, blob.content, mode=0o777 if blob.executable else 0o666)


def flush(folder: Folder, path: str) -> None:
    """Make the files in a folder, and earlier writes, survive a power failure as far as that is cheap.

    To flush each takes ten times as long as to write them. So the write-out of all is started, and one flush
    waits for the disk's journal, which waits for them. Without this, what survives is a set of empty files.
    """
    paths = list(_files(folder, path))
    for each in paths:
        folder.start_write_out(each)
    folder.flush(paths[-1])


def _files(folder: Folder, path: str) -> Iterator[str]:
    for name in folder.names(path):
        inside = f"{path}/{name}"
        status = folder.status(inside)
        if status and stat.S_ISDIR(status.st_mode):
            yield from _files(folder, inside)
        elif status and stat.S_ISREG(status.st_mode):
            yield inside
