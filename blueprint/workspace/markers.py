"""Conflict markers of git and this tool."""

from __future__ import annotations

from collections.abc import Iterable

YOURS, BETWEEN, NEW = b"<<<<<<<", b"=======", b">>>>>>>"
_ANCESTOR = b"|||||||"
_OURS = YOURS + b" yours"


def clash(yours: Iterable[bytes], new: Iterable[bytes]) -> list[bytes]:
    """Both sides between conflict markers."""
    return [
        _OURS + b"\n",
        *map(_ended, yours),
        BETWEEN + b"\n",
        *map(_ended, new),
        NEW + b" blueprint\n",
    ]


def is_ours(content: bytes) -> bool:
    """Whether any of the markers are from this tool."""
    return _OURS in content.splitlines()


def first_clash(content: bytes) -> int | None:
    """The line (from 1) of the first complete conflict, if any."""
    if YOURS not in content:
        return None
    begun: int | None = None
    parted = False
    for number, line in enumerate(content.splitlines(), 1):
        if _is(line, YOURS):
            begun, parted = number, False
        elif line == BETWEEN and begun:
            parted = True
        elif _is(line, NEW) and begun and parted:
            return begun
    return None


def sides(content: bytes) -> tuple[bytes, bytes]:
    """Both sides of a text with conflict markers."""
    yours: list[bytes] = []
    new: list[bytes] = []
    state = "both"
    for line in content.splitlines(keepends=True):
        after = _state_after(state, line.rstrip(b"\r\n"))
        if after is not None:
            state = after
            continue
        if state in ("both", "yours"):
            yours.append(line)
        if state in ("both", "new"):
            new.append(line)
    return b"".join(yours), b"".join(new)


def _state_after(state: str, line: bytes) -> str | None:
    """The side of the following lines, if this line is a marker."""
    if state == "both":
        return "yours" if _is(line, YOURS) else None
    if state == "yours" and _is(line, _ANCESTOR):
        return "ancestor"
    if state in ("yours", "ancestor") and line == BETWEEN:
        return "new"
    return "both" if state == "new" and _is(line, NEW) else None


def _is(line: bytes, marker: bytes) -> bool:
    return line == marker or line.startswith(marker + b" ")


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + b"\n"
