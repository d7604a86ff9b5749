"""Base, yours and new to one content."""

from __future__ import annotations

from msgspec import Struct

from blueprint.tree import RelPath
from blueprint.workspace.diff3 import Clash, TooLong, merge3
from blueprint.workspace.line_ends import form_of, plain
from blueprint.workspace.markers import clash
from blueprint.workspace.merge_json import merged_json


class Merged(Struct, frozen=True):
    """What became of two versions; with clashes it holds conflict markers."""

    content: bytes
    clashes: int = 0


def merge(path: RelPath, base: bytes, yours: bytes, new: bytes) -> Merged | None:
    """Both changes in one file, written as yours is. None where there is too much to compare."""
    form = form_of(yours)
    texts = plain(base), plain(yours), plain(new)
    try:
        parts = merge3(*(text.splitlines(keepends=True) for text in texts))
    except TooLong:
        return None
    clashes = [part for part in parts if isinstance(part, Clash)]
    if clashes and path.endswith(".json") and (data := merged_json(*texts)) is not None:
        return Merged(form.applied_to(data))
    lines = [line for part in parts for line in (_marked(part) if isinstance(part, Clash) else part)]
    return Merged(form.applied_to(b"".join(lines)), len(clashes))


def _marked(part: Clash) -> list[bytes]:
    """The clash between markers; lines that begin or end both sides are left outside."""
    yours, new = list(part.yours), list(part.new)
    head: list[bytes] = []
    tail: list[bytes] = []
    while yours and new and yours[0] == new[0]:
        head.append(yours.pop(0))
        new.pop(0)
    while yours and new and yours[-1] == new[-1]:
        tail.insert(0, yours.pop())
        new.pop()
    return [*head, *clash(yours, new), *tail]
