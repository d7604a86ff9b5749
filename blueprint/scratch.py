"""A folder for the files that another program has to work on.

A run that is killed leaves its folder behind. A living one holds a lock on its own, so the next run can tell
which folders nobody needs any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MEMORY = Path("/dev", "shm")
_PREFIX = "blueprint-scratch-"


@contextmanager
def scratch_folder(*, in_memory: bool = False) -> Iterator[Path]:
    """An empty folder that is gone afterwards, as are those of runs that were killed. Raises OSError.

    `in_memory` is for a few small files, which no program is among: there, as far as the user does not say
    where temporary files go.
    """
    above = _memory() if in_memory else Path(tempfile.gettempdir())
    _sweep(above)
    folder, descriptor = _locked_folder(above)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _memory() -> Path:
    is_there = "TMPDIR" not in os.environ and _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return _MEMORY if is_there else Path(tempfile.gettempdir())


def _locked_folder(above: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=above))
        with suppress(FileNotFoundError):
            descriptor = os.open(folder, os.O_RDONLY)
            # A disk without locks gives none to those who sweep, either.
            with suppress(OSError):
                _lock(descriptor)
            if folder.is_dir():
                return folder, descriptor
            # Until it was locked, it looked like one that is left over.
            os.close(descriptor)


def _sweep(above: Path) -> None:
    for folder in above.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(descriptor).st_uid == os.geteuid():
                    _lock(descriptor)
                    shutil.rmtree(folder)
            finally:
                os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Raises BlockingIOError where another run holds the lock, OSError where there are none."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
