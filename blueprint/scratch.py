"""Temporary folders for files that other programs read.

A killed run leaves its folder behind. Each run holds a lock on its own folder, so the next run can detect
and remove abandoned ones.
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
    """An empty folder, deleted afterwards together with those of killed runs. Raises OSError.

    `in_memory` is for a few small files that are not executed; it has no effect if the user configured a
    folder for temporary files.
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
            # A disk without locks also prevents others from locking and removing it.
            with suppress(OSError):
                _lock(descriptor)
            if folder.is_dir():
                return folder, descriptor
            # Before it was locked, it looked abandoned.
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
    """Lock a folder. Raises BlockingIOError if another run holds the lock, OSError without lock support."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
