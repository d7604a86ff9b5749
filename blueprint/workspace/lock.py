"""`.blueprint/lock.json` records the generated files, to distinguish the user's edits later."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from blueprint.errors import ConflictError, Problem
from blueprint.tree import FileBlob, RelPath, Tree

LOCK = RelPath(".blueprint/lock.json")
SPEC = RelPath("blueprint.yaml")
FORMAT = 1


class Owner(StrEnum):
    """Who owns a file: the tool keeps it up to date, or wrote it once for the user."""

    TOOL = "tool"
    SEED = "seed"
    USER = "user"
    """Taken over by the user with `blueprint keep`."""
    TAKEN = "taken"
    """A seed that the tool updates after `blueprint take`."""


class LockEntry(Struct, frozen=True):
    """A generated file; `sha256` is the hex digest of its bytes.

    Of a file that the user keeps, they are what the tool wrote, or would have written, when it was kept.
    """

    sha256: str
    owner: Owner
    executable: bool


class Lock(Struct, frozen=True):
    """All generated files, and the version of the tool."""

    tool_version: str
    files: Mapping[RelPath, LockEntry]


def lock_of(tree: Tree, tool_version: str, kept: Collection[RelPath] = ()) -> Lock:
    """The lock for a tree to be written; the `kept` files are the user's."""
    entries = {path: entry_of(blob) for path, blob in tree.items()}
    for path in entries.keys() & {*kept}:
        entries[path] = replace(entries[path], owner=Owner.USER)
    return Lock(tool_version, entries)


def entry_of(blob: FileBlob) -> LockEntry:
    """The lock entry of a file to be written."""
    return LockEntry(blob.sha256, Owner.SEED if blob.seeded else Owner.TOOL, blob.executable)


def encode(lock: Lock) -> bytes:
    """JSON with one file per line, sorted, so that branches that touch different files merge."""
    lines = [
        f'    {json.dumps(path, ensure_ascii=False)}: {{"sha256": "{entry.sha256}", '
        f'"owner": "{entry.owner}", "executable": {json.dumps(entry.executable)}}}'
        for path, entry in sorted(lock.files.items())
    ]
    files = "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"
    version = json.dumps(lock.tool_version)
    return f'{{\n  "format": {FORMAT},\n  "blueprint": {version},\n  "files": {files}\n}}\n'.encode()


def read_lock(path: Path) -> Lock:
    """The lock in this file.

    Raises OSError where it cannot be read, ConflictError where it is damaged or of a later format.
    """
    return decode(path.read_bytes(), path)


def decode(content: bytes, path: Path) -> Lock:
    """The lock with these bytes; `path` is for messages only. Raises ConflictError as `read_lock`."""
    try:
        data = json.loads(content)
        if data["format"] > FORMAT:
            raise _unreadable(path, "lock-too-new", "was written by a later version", "update blueprint")
        files = {RelPath(name): _decode(entry) for name, entry in data["files"].items()}
        return Lock(str(data["blueprint"]), files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        hint = "restore it from your last commit, or delete it: your edits stay in either case"
        raise _unreadable(path, "lock-damaged", "cannot be read", hint) from error


def _decode(entry: Mapping[str, object]) -> LockEntry:
    return LockEntry(str(entry["sha256"]), Owner(str(entry["owner"])), entry["executable"] is True)


def _unreadable(path: Path, code: str, what: str, hint: str) -> ConflictError:
    return ConflictError(Problem(code, f"the lock {what}", hint, str(path)))
