"""The files of a pack."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct

from blueprint.disk.folder import stamp_of

Section = Literal["files", "seed", "data", "slots", "macros", "headers", "lock"]

_SECTIONS: tuple[Section, ...] = get_args(Section)
FOLDERS = (*_SECTIONS, "tests")
"""The sections of a pack. Its tests are for its author."""

_JUNK = frozenset({"__pycache__", ".DS_Store"})


class PackFile(Struct, frozen=True):
    """A file of a pack: its path below the folder of its section, its full path, and its `stamp_of`."""

    section: Section
    path: str
    absolute: str
    stamp: str
    executable: bool = False

    @property
    def location(self) -> Path:
        """Its path, computed lazily, because only few of hundreds of files are read."""
        return Path(self.absolute)


def files_in(pack: Path) -> Iterator[PackFile]:
    """The files of the pack in this folder, by section. Raises OSError."""
    for section in _SECTIONS:
        folder = pack / section
        if folder.is_dir():
            yield from _files_below(str(folder), section, "")


def _files_below(folder: str, section: Section, above: str) -> Iterator[PackFile]:
    """The files of the folder, then those below. os.walk would take twice as long."""
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    kept = [entry for entry in entries if entry.name not in _JUNK]
    for entry in kept:
        if not entry.is_dir():
            status = entry.stat()
            is_executable = bool(status.st_mode & stat.S_IXUSR)
            yield PackFile(section, above + entry.name, entry.path, stamp_of(status), is_executable)
    for entry in kept:
        if entry.is_dir(follow_symlinks=False):
            yield from _files_below(entry.path, section, f"{above}{entry.name}/")
