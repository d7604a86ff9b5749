"""Compiled templates, kept from one run to the next: compiling is nearly all the time that Jinja takes.

All of them lie in one file of the user's cache: a SHA-256 of the rest, a line of JSON that says which
template has how many bytes, then the bytes. The file is a help and never a need: where it cannot be read or
written, or holds something else, the templates are compiled again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache, bc_magic

from blueprint import __version__

_DIGEST_SIZE = hashlib.sha256().digest_size


class TemplateCache(BytecodeCache):
    """The compiled templates in a file of this folder; `settings` says all that a compilation depends on."""

    def __init__(self, folder: Path | None, settings: str) -> None:
        key = hashlib.sha256(bc_magic + __version__.encode() + settings.encode()).hexdigest()
        self._file = folder / f"templates-{key[:16]}" if folder else None
        self._entries = _read(self._file) if self._file else {}
        self._is_changed = False

    def load_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja: give the bucket the code of its template, if it is there and fits."""
        if bucket.key in self._entries:
            bucket.bytecode_from_string(self._entries[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Called by Jinja: keep the code of the bucket."""
        self._entries[bucket.key] = bucket.bytecode_to_string()
        self._is_changed = True

    def save(self) -> None:
        """Write what is new, if that is possible."""
        if self._file is None or not self._is_changed:
            return
        try:
            _write(self._file, self._entries)
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


def _read(file: Path) -> dict[str, bytes]:
    try:
        content = file.read_bytes()
    except OSError:
        return {}
    digest, body = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
    if hashlib.sha256(body).digest() != digest:
        return {}
    start = body.index(b"\n") + 1
    sizes: dict[str, int] = json.loads(body[:start])
    entries = {}
    for key, size in sizes.items():
        entries[key] = body[start : start + size]
        start += size
    return entries


def _write(file: Path, entries: Mapping[str, bytes]) -> None:
    sizes = json.dumps({key: len(code) for key, code in entries.items()}).encode() + b"\n"
    body = sizes + b"".join(entries.values())
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(body).digest() + body)
        Path(temporary).replace(file)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
