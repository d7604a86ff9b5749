"""What the tool remembers inside a project: the lock, and the base of later merges.

The base is a copy of every text file that the tool owns, as it was written, and of the spec, named by its
SHA-256. One file each, so that two branches merge in git; in one folder, since a commit costs more with a
folder for every two files. Each line begins with the name of its file: else git would take two copies that
are alike for one that was renamed, and two branches for a quarrel about its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.lock import LOCK, SPEC, encode, lock_of

BASE = RelPath(".blueprint/base")
LOCAL = RelPath(".blueprint/local")
"""What matters on one machine only: a run in progress, and what is needed to take the last one back."""
ATTRIBUTES = RelPath(".blueprint/.gitattributes")

# Line ends must survive a checkout, or no hash fits; reviews need not show what they show already.
ATTRIBUTES_TEXT = b"lock.json text eol=lf linguist-generated\nbase/** binary linguist-generated\n"


def base_path(sha256: str) -> RelPath:
    """Where the base keeps the file with this hash."""
    return RelPath(f"{BASE}/{sha256}")


def copy_of(content: bytes, sha256: str) -> FileBlob:
    """The file of the base for the content with this hash."""
    mark = _mark(sha256)
    return FileBlob(mark + content.replace(b"\n", b"\n" + mark))


def decode_copy(copy: bytes, sha256: str) -> bytes | None:
    """The content of the copy with this name; None for what is no true copy."""
    mark = _mark(sha256)
    content = copy.removeprefix(mark).replace(b"\n" + mark, b"\n")
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _mark(sha256: str) -> bytes:
    return sha256[:8].encode() + b" "


def recorded(tree: Tree, tool_version: str) -> Mapping[RelPath, FileBlob]:
    """The tree with its lock and base. Raises ValueError where it has a file of theirs, or of git's."""
    refuse_records(tree)
    copied = {blob.sha256: blob.content for path, blob in tree.items() if has_base(path, blob)}
    base = {base_path(sha256): copy_of(content, sha256) for sha256, content in copied.items()}
    lock = FileBlob(encode(lock_of(tree, tool_version)))
    return {**tree, **base, LOCK: lock, ATTRIBUTES: FileBlob(ATTRIBUTES_TEXT)}


def refuse_records(tree: Tree) -> None:
    """Raise ValueError for a tree with a file of the tool's own records, or of git's."""
    for path in tree:
        if is_record(path) or is_of_git(path):
            raise ValueError(f"a project cannot bring its own {path}")


def is_record(path: RelPath) -> bool:
    """Whether it is for the tool alone, and nothing that people read."""
    name = path.folded
    return name in (LOCK, ATTRIBUTES) or name.startswith((f"{BASE}/", f"{LOCAL}/"))


def is_of_git(path: RelPath) -> bool:
    """Whether it is a part of a repository itself."""
    return ".git" in path.folded.split("/")


def has_base(path: RelPath, blob: FileBlob) -> bool:
    """Whether a copy is kept: of all that can be merged, and of the spec, to tell what changed in it."""
    return is_text(blob.content) and (not blob.seeded or path == SPEC)


def is_text(content: bytes) -> bool:
    """Whether lines of it can be merged. As git sees it: no NUL byte."""
    return b"\0" not in content
