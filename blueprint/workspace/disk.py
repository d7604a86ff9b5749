"""Files onto the disk: weighed against the room there is, written, and made to last."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from blueprint.errors import MachineError, Problem
from blueprint.tree import FileBlob, RelPath

Files = Mapping[RelPath, FileBlob]

_STAGE_NAME = 100


def refuse_without_room(files: Files, target: Path, anchor: Path) -> None:
    """Raise MachineError where the anchor's disk cannot take the files, or no paths as long as the target's.

    The copy that git makes is counted with it.
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


def write_files(files: Files, folder: Path, check: Callable[[], None]) -> None:
    """Write all files into an empty folder, made where it is missing. `check` is asked before every file.

    They outlive a power cut as soon as one file that is written later on this disk is flushed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for parent in sorted({parent for path in files for parent in path.parents}):
        Path(f"{folder}/{parent}").mkdir()
    for path, blob in files.items():
        check()
        mode = 0o777 if blob.executable else 0o666  # the system takes the umask off
        file = os.open(f"{folder}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            _write(file, blob.content)
            _start_write_out(file)
        finally:
            os.close(file)


def flush(folder: Path) -> None:
    """Make the files in a folder outlive a power cut, and what was written before, as far as that is cheap.

    To flush each takes ten times as long as to write them. So the write-out of all is started, and one flush
    waits for the disk's journal, which waits for them. Without this, what survives is a set of empty files.
    """
    paths = [f"{parent}/{name}" for parent, _, names in os.walk(folder, onerror=_raise) for name in names]
    for path in paths:
        _open_and(_start_write_out, path)
    _open_and(os.fsync, paths[-1])


def flush_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut."""
    _open_and(os.fsync, folder)


def _open_and(action: Callable[[int], None], path: str | Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        action(file)
    finally:
        os.close(file)


def _raise(error: OSError) -> None:
    raise error


def _write(file: int, content: bytes) -> None:
    # One call is enough for nearly all, and a stream asks the system for things that it does not need here.
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _start_write_out(file: int) -> None:
    if sys.platform == "linux":
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
