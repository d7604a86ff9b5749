"""The tool's records in a project: the lock, and the base of later merges.

The base holds a copy of every text file that the tool wrote, as it was written. Those that were the user's
from then on are among them: only so is it known whether a formatter has touched them, or a person. It is one
file, or a project would have twice as many. A copy is a line, in the order of the paths as in the lock: so
git merges two branches, and where both changed a file it keeps the copies of both.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.lock import LOCK, encode, lock_of

BASE = RelPath(".blueprint/base.jsonl")
LOCAL = RelPath(".blueprint/local")
"""Data for this machine only: a run in progress, and the data to undo the last one."""
ATTRIBUTES = RelPath(".blueprint/.gitattributes")

# Line endings must survive a checkout, or hashes would differ; reviews should hide the copies.
ATTRIBUTES_TEXT = b"""\
lock.json text eol=lf linguist-generated
base.jsonl -text -diff merge=union linguist-generated
"""
_COPY = re.compile(rb'^\{"sha256": "([0-9a-f]{64})", .*\}', re.MULTILINE)
_BYTES = ("utf-8", "surrogateescape")
"""Encodes text that is not UTF-8 losslessly in JSON."""


def encode_base(copies: Mapping[RelPath, FileBlob]) -> bytes:
    """The base with the contents of these files: ASCII JSON, one file per line."""
    return b"".join(_line(path, blob) for path, blob in sorted(copies.items()))


def _line(path: RelPath, blob: FileBlob) -> bytes:
    text = blob.content.decode(*_BYTES)
    return f'{{"sha256": "{blob.sha256}", "path": {json.dumps(path)}, "text": {json.dumps(text)}}}\n'.encode()


def split_base(base: bytes) -> Mapping[str, bytes]:
    """The encoded lines of a base by their SHA-256. Invalid lines are skipped."""
    return {match[1].decode(): match[0] for match in _COPY.finditer(base)}


def decode_copy(line: bytes, sha256: str) -> bytes | None:
    """The content of the copy in this line; None if it does not have this hash."""
    try:
        content: bytes = json.loads(line)["text"].encode(*_BYTES)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def recorded(tree: Tree, tool_version: str, kept: Collection[RelPath] = ()) -> Mapping[RelPath, FileBlob]:
    """The tree with its lock and base, without the `kept` files, which stay as the user has them.

    Raises ValueError if it contains such a record, or files of git.
    """
    refuse_records(tree)
    base = encode_base({path: blob for path, blob in tree.items() if is_text(blob.content)})
    lock = encode(lock_of(tree, tool_version, kept))
    records = {BASE: base, LOCK: lock, ATTRIBUTES: ATTRIBUTES_TEXT}
    written = {path: blob for path, blob in tree.items() if path not in kept}
    return {**written, **{path: FileBlob(content) for path, content in records.items()}}


def refuse_records(tree: Tree) -> None:
    """Raise ValueError for a tree with records of the tool, or files of git."""
    for path in tree:
        if is_record(path) or is_of_git(path):
            raise ValueError(f"a project cannot bring its own {path}")


def is_record(path: RelPath) -> bool:
    """Whether it is an internal record, not for users to read."""
    name = path.folded
    return name in (LOCK, BASE, ATTRIBUTES) or name.startswith(f"{LOCAL}/")


def is_of_git(path: RelPath) -> bool:
    """Whether it is part of a git repository's own files."""
    return ".git" in path.folded.split("/")


def is_text(content: bytes) -> bool:
    """Whether it can be merged by lines. Like git: no NUL byte."""
    return b"\0" not in content
