"""Merge base, yours and new: by lines, and if they clash, by structure."""

from __future__ import annotations

from msgspec import Struct

from blueprint.merging.diff3 import Clash, TooLong, merge3
from blueprint.merging.formats import format_of, is_prose
from blueprint.merging.spans import MergeConflict
from blueprint.merging.texts import is_sound, merge_bytes
from blueprint.tree import RelPath
from blueprint.workspace.line_ends import form_of, plain
from blueprint.workspace.markers import clash


class Merged(Struct, frozen=True):
    """The merged content; with clashes, which only prose may have, it contains conflict markers."""

    content: bytes
    clashes: int = 0


def merge(path: RelPath, base: bytes, yours: bytes, new: bytes) -> Merged:
    """Both changes in one file, written as yours is.

    Raises MergeConflict if they need conflict markers in a file that programs read.
    """
    form = form_of(yours)
    texts = plain(base), plain(yours), plain(new)
    try:
        parts = merge3(*(text.splitlines(keepends=True) for text in texts))
    except TooLong:
        raise MergeConflict("it is too long to merge") from None
    clashes = [part for part in parts if isinstance(part, Clash)]
    lines = [line for part in parts for line in (_marked(part) if isinstance(part, Clash) else part)]
    text = b"".join(lines)
    if is_prose(path):
        return Merged(form.applied_to(text), len(clashes))
    if clashes or not _is_sound(path, text, texts):
        text = _by_structure(path, texts)
    return Merged(form.applied_to(text))


def _is_sound(path: RelPath, text: bytes, texts: tuple[bytes, bytes, bytes]) -> bool:
    format = format_of(path)
    return format is None or text in texts or is_sound(format, text, *texts)


def _by_structure(path: RelPath, texts: tuple[bytes, bytes, bytes]) -> bytes:
    format = format_of(path)
    if format is None:
        raise MergeConflict("both sides changed the same lines")
    return merge_bytes(format, *texts)


def _marked(part: Clash[bytes]) -> list[bytes]:
    """The clash between markers, without common lines at its start and end."""
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
