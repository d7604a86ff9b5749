"""One file for the user: the whole of it, or nothing."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from blueprint.errors import ConflictError, Problem
from blueprint.workspace.disk import flush_folder
from blueprint.workspace.machine import machine_errors

_NEW_FILE_MODE = 0o666


def write_file(path: Path, text: str) -> None:
    """Write or replace a file.

    Raises ConflictError where a folder is in the way, MachineError where the disk does not allow it; the file
    is then as it was.
    """
    if path.is_dir():
        raise ConflictError(Problem("is-a-folder", "this is a folder", "name a file in it", str(path)))
    with machine_errors(path):
        target = Path(os.path.realpath(path))
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(_mode_of(target))
            Path(name).replace(target)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
        flush_folder(target.parent)


def _mode_of(target: Path) -> int:
    """Of the file that is there, else of a new one."""
    with suppress(FileNotFoundError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return _NEW_FILE_MODE & ~mask
