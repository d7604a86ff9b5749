"""A folder for the files that another program has to work on.

A run that is killed leaves its folder behind. A living one holds a lock on its own, so the next run can tell
which folders nobody needs any more.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from blueprint.disk.faults import LinkInTheWay
from blueprint.disk.folder import open_folder
from blueprint.disk.temporary import new_temporary_folder, temporary_place

_MEMORY = Path("/dev", "shm")
_PREFIX = "blueprint-scratch-"


@contextmanager
def scratch_folder(*, in_memory: bool = False) -> Iterator[Path]:
    """An empty folder that is gone afterwards, as are those of runs that were killed. Raises OSError.

    `in_memory` is for a few small files, which no program is among: there, as far as the user does not say
    where temporary files go.
    """
    above = _memory() if in_memory else temporary_place()
    _sweep(above)
    folder, descriptor = _locked_folder(above)
    try:
        yield folder
    finally:
        with suppress(OSError, LinkInTheWay):
            _remove(folder, ignore_errors=True)
        os.close(descriptor)


def _memory() -> Path:
    is_there = "TMPDIR" not in os.environ and _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return _MEMORY if is_there else temporary_place()


def _locked_folder(above: Path) -> tuple[Path, int]:
    while True:
        folder = new_temporary_folder(above, _PREFIX)
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
        with suppress(OSError, LinkInTheWay):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(descriptor).st_uid == os.geteuid():
                    _lock(descriptor)
                    _remove(folder)
            finally:
                os.close(descriptor)


def _remove(folder: Path, *, ignore_errors: bool = False) -> None:
    with open_folder(folder.parent) as above:
        above.remove_tree(folder.name, ignore_errors=ignore_errors)


def _lock(descriptor: int) -> None:
    """Raises BlockingIOError where another run holds the lock, OSError where there are none."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
