"""The files currently at the paths of a project."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path

from msgspec import Struct

from blueprint.tree import RelPath, folded


class DiskFile(Struct, frozen=True, dict=True):
    """A file on the disk: its bytes, and its permission bits."""

    content: bytes
    mode: int

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def executable(self) -> bool:
        return bool(self.mode & stat.S_IXUSR)


class Obstacle(Struct, frozen=True):
    """Something the tool neither reads nor replaces; `what` describes it: `a folder`, `below a link`."""

    what: str


class Link(Obstacle, frozen=True):
    """A symbolic link at the path itself; `content` is its target as bytes. Never followed."""

    content: bytes

    @property
    def sha256(self) -> str:
        """See `link_hash`: different from the hash of any file."""
        return link_hash(self.content)


class Below(Obstacle, frozen=True):
    """Something above the path that is not a folder, such as a link: what is at the path is unknown."""


OnDisk = DiskFile | Obstacle | None
Replaceable = DiskFile | Link
"""What a file may replace."""


def link_hash(target: bytes) -> str:
    """The identifier of a link to this path in a journal."""
    return f"link {hashlib.sha256(target).hexdigest()}"


def look(root: Path, paths: Iterable[RelPath]) -> Mapping[RelPath, OnDisk]:
    """What is at each path, or None. Links are never followed. Raises OSError."""

    @cache
    def folder(path: str) -> OnDisk:
        """The reason why this folder cannot contain a file, if any."""
        above, _, _ = path.rpartition("/")
        if above and (blocked := folder(above)):
            return blocked
        try:
            mode = os.lstat(f"{root}/{path}").st_mode
        except FileNotFoundError:
            return None
        return None if stat.S_ISDIR(mode) else Below(f"below {_named(mode)}")

    def at(path: RelPath) -> OnDisk:
        above, _, _ = path.rpartition("/")
        return (folder(above) if above else None) or _at(f"{root}/{path}")

    return {path: at(path) for path in paths}


def _at(file: str) -> OnDisk:
    try:
        mode = os.lstat(file).st_mode
        if stat.S_ISREG(mode):
            return DiskFile(Path(file).read_bytes(), stat.S_IMODE(mode))
        if stat.S_ISLNK(mode):
            # A Path would normalize `./x` to `x`, but `undo` has to restore the original.
            return Link("a link", os.fsencode(os.readlink(file)))  # noqa: PTH115
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Obstacle(_named(mode))


def _named(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISLNK(mode):
        return "a link"
    return "a file" if stat.S_ISREG(mode) else "a device"


def lookalike(root: Path, path: RelPath) -> str | None:
    """An existing path that differs only in case or Unicode normalization, if any."""
    folder = root
    for part in path.split("/"):
        names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
        if part not in names:
            twin = next((name for name in sorted(names) if folded(name) == folded(part)), None)
            return None if twin is None else (folder / twin).relative_to(root).as_posix()
        folder /= part
    return None
