"""Merge files by structure, or validate a merge, as bytes."""

from __future__ import annotations

from blueprint.merging.formats import Format
from blueprint.merging.spans import MergeConflict


def merge_bytes(format_: Format, base: bytes, yours: bytes, new: bytes) -> bytes:
    """Merge both changes; the end of the last line follows yours. Raises MergeConflict."""
    merged = format_.merge((_ended(_decoded(base)), _ended(_decoded(yours)), _ended(_decoded(new))))
    is_open = bool(yours) and not yours.endswith(b"\n")
    return (merged.removesuffix("\n") if is_open else merged).encode()


def is_sound(format_: Format, merged: bytes, base: bytes, yours: bytes, new: bytes) -> bool:
    """Whether content merged by lines is valid; true if it is not text."""
    try:
        return format_.is_sound(_decoded(merged), (_decoded(base), _decoded(yours), _decoded(new)))
    except MergeConflict:
        return True


def _decoded(text: bytes) -> str:
    try:
        decoded = text.decode()
    except UnicodeDecodeError:
        raise MergeConflict("it is not UTF-8") from None
    if "\r" in decoded:
        raise MergeConflict("a line ends with a lone carriage return")
    return decoded


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"
