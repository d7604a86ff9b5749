"""Files as values, passed from rendering to the workspace. Nothing here accesses the disk."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

from msgspec import Struct

RESERVED_STEMS = {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))}
_ODD = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')


class RelPath(str):
    """A path inside a project: relative, with `/` between parts, never leading out of it.

    Raises ValueError for anything else, so a value of this type is safe to join to a folder.
    """

    __slots__ = ()

    def __new__(cls, value: str) -> RelPath:
        parts = value.split("/")
        if not value or any(not _is_plain(part) for part in parts):
            raise ValueError(f"not a path inside a project: {value!r}")
        return super().__new__(cls, value)

    @property
    def folded(self) -> str:
        """The path in a form that is equal for paths some file systems treat as the same."""
        return folded(self)

    @property
    def parents(self) -> Iterator[str]:
        """All parent folders, the nearest first."""
        parts = self.split("/")
        return ("/".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))


def folded(name: str) -> str:
    """The name in a form that is equal for names some file systems treat as the same."""
    return unicodedata.normalize("NFC", name).casefold()


@lru_cache(maxsize=1024)  # paths share most of their parts
def _is_plain(part: str) -> bool:
    return (
        part not in ("", ".", "..")
        and len(part.encode()) <= 255
        and not _ODD.search(part)
        and part[-1] not in ". "
        and part.split(".")[0].lower() not in RESERVED_STEMS
    )


class FileBlob(Struct, frozen=True, dict=True):
    """One file: its bytes, whether it is executable, and whether the user owns it once written.

    The bytes of a link are its target path, which stays inside the project.
    """

    content: bytes
    executable: bool = False
    seeded: bool = False
    is_link: bool = False

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Tree(Mapping[RelPath, FileBlob]):
    """A complete project in memory, ordered by path.

    Raises ValueError where two paths would be one file on some disks, or a file would be a folder.
    """

    def __init__(self, files: Mapping[RelPath, FileBlob]) -> None:
        self._files = dict(sorted(files.items()))
        seen: dict[str, str] = {}
        for path in self._files:
            if other := seen.get(path.folded):
                raise ValueError(f"{other} and {path} are one file on some disks")
            seen[path.folded] = path
        for parent in sorted({parent for path in self._files for parent in path.parents}):
            if RelPath(parent).folded in seen:
                raise ValueError(f"{parent} is a file and a folder")

    def __getitem__(self, path: RelPath) -> FileBlob:
        return self._files[path]

    def __iter__(self) -> Iterator[RelPath]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
