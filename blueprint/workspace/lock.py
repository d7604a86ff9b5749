"""`.blueprint/lock.json`: what the tool wrote, so that later it can tell its own lines from the user's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from blueprint.errors import ConflictError, Problem
from blueprint.tree import FileBlob, RelPath, Tree

LOCK = RelPath(".blueprint/lock.json")
SPEC = RelPath("blueprint.yaml")
FORMAT = 1


class Owner(StrEnum):
    """Who changes a file once it is written: the tool keeps it up to date, or the user got it as a start."""

    TOOL = "tool"
    SEED = "seed"
    USER = "user"
    """The user asked for it with `blueprint keep`."""
    TAKEN = "taken"
    """A seed that follows the tool, since the user asked for it with `blueprint take`."""


class LockEntry(Struct, frozen=True):
    """One file as the tool wrote it; `sha256` is of its bytes, in hex.

    Of a file that the user keeps, they are what the tool wrote, or would have written, when it was kept.
    """

    sha256: str
    owner: Owner
    executable: bool


class Lock(Struct, frozen=True):
    """Every file that the tool wrote, and the version of the tool."""

    tool_version: str
    files: Mapping[RelPath, LockEntry]


def lock_of(tree: Tree, tool_version: str) -> Lock:
    """The lock for a tree that is about to be written."""
    return Lock(tool_version, {path: entry_of(blob) for path, blob in tree.items()})


def entry_of(blob: FileBlob) -> LockEntry:
    """What the lock says of a file that is written now."""
    return LockEntry(blob.sha256, Owner.SEED if blob.seeded else Owner.TOOL, blob.executable)


def encode(lock: Lock) -> bytes:
    """JSON with one file a line, sorted, so that two branches that touch other files merge."""
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
        hint = "take it from your last commit, or remove it: what you wrote stays in either case"
        raise _unreadable(path, "lock-damaged", "cannot be read", hint) from error


def _decode(entry: Mapping[str, object]) -> LockEntry:
    return LockEntry(str(entry["sha256"]), Owner(str(entry["owner"])), entry["executable"] is True)


def _unreadable(path: Path, code: str, what: str, hint: str) -> ConflictError:
    return ConflictError(Problem(code, f"the lock {what}", hint, str(path)))
