"""What took long to make, kept from one run to the next in a file of the user's cache.

The file holds a checksum of the rest, a line of JSON that says which entry has how many bytes, and the bytes.
It is a help and never a need: where it cannot be read or written, or holds something else, all is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from blueprint import __version__
from blueprint.disk.folder import make_folders, open_folder, stamp_of

_CHECKSUM_SIZE = 4
_ENOUGH = 4 * 2**20


class Cache:
    """Entries by name. `kind` names the file, `settings` says what they depend on beside the tool's code."""

    def __init__(self, folder: Path | None, kind: str, settings: str) -> None:
        key = hashlib.sha256(f"{__version__} {settings}".encode()).hexdigest()
        self._file = folder / f"{kind}-{key[:16]}" if folder else None
        self._before = _read(self._file) if self._file else {}
        self._used: dict[str, bytes] = {}
        self._is_changed = False

    def get(self, name: str) -> bytes | None:
        """The entry; None where there is none."""
        key = _key(name)
        content = self._before.get(key)
        if content is not None:
            self._used[key] = content
        return content

    def put(self, name: str, content: bytes) -> None:
        """An entry for the next run."""
        self._used[_key(name)] = content
        self._is_changed = True

    def save(self) -> None:
        """Write what is new, if that is possible. What was not used for long makes room for it."""
        if self._file is None or not self._is_changed:
            return
        try:
            _write(self._file, dict(_newest(_first(self._used, self._before))))
        except OSError:
            # A full or read-only disk costs time at the next run, and nothing else.
            return


def cache_folder() -> Path | None:
    """Where this user keeps caches; None for a user without a home."""
    if (named := os.environ.get("XDG_CACHE_HOME", "")) and Path(named).is_absolute():
        return Path(named, "backend-blueprint")
    below = "Library/Caches" if sys.platform == "darwin" else ".cache"
    try:
        return Path.home() / below / "backend-blueprint"
    except RuntimeError:
        return None


def _key(name: str) -> str:
    return f"{_code()} {name}"


# The version does not tell: code that is worked on has one for months.
@cache
def _code() -> str:
    """Another one once the tool's code has changed."""
    modules = "\n".join(sorted(_modules(str(Path(__file__).parent))))
    return hashlib.sha256(modules.encode()).hexdigest()[:16]


def _modules(folder: str) -> Iterator[str]:
    """The modules below a folder, each with its stamp."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield f"{entry.path} {stamp_of(entry.stat(follow_symlinks=False))}"
            elif not entry.name.startswith("_") and entry.is_dir(follow_symlinks=False):
                yield from _modules(entry.path)


def _first(used: Mapping[str, bytes], others: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """All entries, those that were used before the others."""
    return {**used, **{name: content for name, content in others.items() if name not in used}}


def _newest(entries: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    size = 0
    for name, content in entries.items():
        size += len(content)
        if size > _ENOUGH:
            return
        yield name, content


def _read(file: Path) -> dict[str, bytes]:
    try:
        content = file.read_bytes()
    except OSError:
        return {}
    checksum, body = content[:_CHECKSUM_SIZE], content[_CHECKSUM_SIZE:]
    if not body or _checksum(body) != checksum:
        return {}
    start = body.index(b"\n") + 1
    sizes: dict[str, int] = json.loads(body[:start])
    entries = {}
    for name, size in sizes.items():
        entries[name] = body[start : start + size]
        start += size
    return entries


def _checksum(body: bytes) -> bytes:
    """Against a file that was cut short or a broken disk: the file is the user's own, and megabytes long."""
    return zlib.crc32(body).to_bytes(_CHECKSUM_SIZE, "big")


def _write(file: Path, entries: Mapping[str, bytes]) -> None:
    sizes = json.dumps({name: len(content) for name, content in entries.items()}).encode() + b"\n"
    body = sizes + b"".join(entries.values())
    make_folders(file.parent)
    with open_folder(file.parent) as folder:
        folder.replace(file.name, _checksum(body) + body, bits=0o600, lasting=False)
