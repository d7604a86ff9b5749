"""The saved state of earlier runs, as far as it can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from blueprint.tree import RelPath
from blueprint.workspace.base_store import BASE, decode_copy, is_of_git, is_record, split_base
from blueprint.workspace.lock import LOCK, Lock, LockEntry, Owner, decode
from blueprint.workspace.markers import first_clash, sides

Entries = tuple[LockEntry, ...]
"""The lock entries of a path: none, one, or one from each merged branch."""


def is_kept(entries: Entries) -> bool:
    """Whether the user keeps the file, so that no run changes it."""
    return any(entry.owner is Owner.USER for entry in entries)


def is_taken(entries: Entries) -> bool:
    """Whether it is a seed that the tool updates."""
    return any(entry.owner is Owner.TAKEN for entry in entries)


class SavedState(Struct, frozen=True):
    """What the tool wrote.

    `entries` has more than one for a path where two branches met. `copies` are the lines of the base by the
    hashes of their renders, `strays` those with hashes that no entry has, from a lost part of the lock.
    """

    root: Path
    versions: tuple[str, ...]
    entries: Mapping[RelPath, Entries]
    copies: Mapping[str, bytes]
    is_merging: bool

    @property
    def strays(self) -> frozenset[str]:
        named = (entry.sha256 for entries in self.entries.values() for entry in entries)
        return frozenset(self.copies).difference(named)

    def render(self, sha256: str) -> bytes | None:
        """The bytes of an earlier render; None without a valid copy."""
        line = self.copies.get(sha256)
        return None if line is None else decode_copy(line, sha256)

    def renders_of(self, path: RelPath) -> Iterator[bytes]:
        """All versions the tool may have written at this path, as far as copies exist."""
        named = [entry.sha256 for entry in self.entries.get(path, ())]
        renders = (self.render(sha256) for sha256 in (*named, *sorted(self.strays)))
        return (content for content in renders if content is not None)


def read_saved_state(root: Path) -> SavedState:
    """Read the saved state of the project. Without a lock, only the copies are known.

    Raises ConflictError where the lock is damaged or too new, OSError where something cannot be read.
    """
    locks = _locks(root / LOCK)
    paths = sorted({path for lock in locks for path in lock.files})
    return SavedState(
        root=root,
        versions=tuple(lock.tool_version for lock in locks),
        entries={path: _entries(path, locks) for path in paths if not (is_record(path) or is_of_git(path))},
        copies=_copies(root / BASE),
        is_merging=len(locks) > 1,
    )


def _copies(path: Path) -> Mapping[str, bytes]:
    try:
        return split_base(path.read_bytes())
    except FileNotFoundError:
        return {}


def _locks(path: Path) -> list[Lock]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    if first_clash(content) is None:
        return [decode(content, path)]
    # Both sides have one file per line; after a conflict, a last line may have a wrong comma.
    return [decode(_with_commas(side), path) for side in sides(content)]


def _with_commas(text: bytes) -> bytes:
    """The lines of a lock with a comma after every file except the last."""
    lines = [line.rstrip(b",") for line in text.splitlines()]
    is_file = [line.startswith(b"    ") for line in lines] + [False]
    pairs = zip(lines, is_file[:-1], is_file[1:], strict=True)
    parts = [line + b"," if here and more else line for line, here, more in pairs]
    return b"\n".join(_header_comma(line) for line in parts)


def _header_comma(line: bytes) -> bytes:
    return line + b"," if line.startswith((b'  "format"', b'  "blueprint"')) else line


def _entries(path: RelPath, locks: list[Lock]) -> Entries:
    digests = dict.fromkeys(lock.files[path] for lock in locks if path in lock.files)
    return tuple(digests)
