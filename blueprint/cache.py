"""A cache of slow results in a file in the user's cache folder.

The file contains a checksum of the rest, a line of JSON with the length of each entry, and the entries.
If it cannot be read or written, or its content is invalid, everything is computed again.
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
    """Entries by name. `kind` names the file; the entries depend on `settings` and the tool's code."""

    def __init__(self, folder: Path | None, kind: str, settings: str) -> None:
        key = hashlib.sha256(f"{__version__} {settings}".encode()).hexdigest()
        self._file = folder / f"{kind}-{key[:16]}" if folder else None
        self._before = _read(self._file) if self._file else {}
        self._used: dict[str, bytes] = {}
        self._is_changed = False

    def get(self, name: str) -> bytes | None:
        """The entry, or None."""
        key = _key(name)
        content = self._before.get(key)
        if content is not None:
            self._used[key] = content
        return content

    def put(self, name: str, content: bytes) -> None:
        """Add an entry."""
        self._used[_key(name)] = content
        self._is_changed = True

    def save(self) -> None:
        """Write new entries if possible, evicting the least recently used ones."""
        if self._file is None or not self._is_changed:
            return
        try:
            _write(self._file, dict(_newest(_first(self._used, self._before))))
        except OSError:
            # On a full or read-only disk, the next run is only slower.
            return


def cache_folder() -> Path | None:
    """The user's cache folder; None without a home directory."""
    if (named := os.environ.get("XDG_CACHE_HOME", "")) and Path(named).is_absolute():
        return Path(named, "backend-blueprint")
    below = "Library/Caches" if sys.platform == "darwin" else ".cache"
    try:
        return Path.home() / below / "backend-blueprint"
    except RuntimeError:
        return None


def _key(name: str) -> str:
    return f"{_code()} {name}"


# The version is not enough: during development it stays the same for months.
@cache
def _code() -> str:
    """A key that changes with the tool's code."""
    modules = "\n".join(sorted(_modules(str(Path(__file__).parent))))
    return hashlib.sha256(modules.encode()).hexdigest()[:16]


def _modules(folder: str) -> Iterator[str]:
    """The modules below a folder, each with its timestamp."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield f"{entry.path} {stamp_of(entry.stat(follow_symlinks=False))}"
            elif not entry.name.startswith("_") and entry.is_dir(follow_symlinks=False):
                yield from _modules(entry.path)


def _first(used: Mapping[str, bytes], others: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """All entries, the used ones first."""
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
    """Detects truncated files and disk errors; the file is the user's own and megabytes long."""
    return zlib.crc32(body).to_bytes(_CHECKSUM_SIZE, "big")


def _write(file: Path, entries: Mapping[str, bytes]) -> None:
    sizes = json.dumps({name: len(content) for name, content in entries.items()}).encode() + b"\n"
    body = sizes + b"".join(entries.values())
    make_folders(file.parent)
    with open_folder(file.parent) as folder:
        folder.replace(file.name, _checksum(body) + body, bits=0o600, lasting=False)
