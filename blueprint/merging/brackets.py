"""Bracketed lists with commas: objects and arrays of JSON, arrays and inline tables of TOML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import partial

from msgspec import Struct

from blueprint.merging.data import Data, identity
from blueprint.merging.spans import Block, Item

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\''
    r"|#[^\n]*|[\[\]{},]|[^\s\"'#\[\]{},]+|\s+|.",
    re.DOTALL,
)
_LEAD = re.compile(r"(?:\s|#[^\n]*\n)*")
_NOTE = re.compile(r"[ \t]*#[^\n]*")
_COMMENT = re.compile(r"#[^\n]*")


class Entry(Struct, frozen=True):
    """A parsed element: its value, and its key in an object."""

    value: Data
    key: str | None = None


Read = Callable[[str, str], Entry]
"""Parses an element within its kind of bracket. Raises ValueError."""


class _Extent(Struct, frozen=True):
    """The positions of the first bracket, its closing bracket, and the commas directly inside."""

    start: int
    end: int
    commas: Sequence[int]


def bracket_block(text: str, read: Read) -> Block | None:
    """The block in the first bracket of a text; None if there is none, or comments are in unusual places."""
    extent = _extent(text)
    if extent is None:
        return None
    bracket = text[extent.start]
    blank = len(text[extent.start + 1 :]) - len(text[extent.start + 1 :].lstrip(" "))
    at = extent.start + 1 + blank
    inside = at
    items: list[Item] = []
    seen = Counter[Hashable]()
    for comma in extent.commas:
        note = _matched(_NOTE, text, comma + 1)
        if text[at:comma].rstrip() and _is_comment(text[at:comma]):
            return None
        items.append(_item(text[at:comma], note, seen, bracket, read))
        at = comma + 1 + len(note)
    rest = text[at : extent.end]
    last = _last(rest)
    if last is not None:
        element, note = last
        items.append(_item(element, note, seen, bracket, read))
        at += len(element) + len(note)
    return Block(
        bracket,
        items,
        head=text[:inside],
        tail=text[at:],
        has_commas=True,
        ends_with_comma=last is None and bool(items),
    )


def _item(raw: str, note: str, seen: Counter[Hashable], bracket: str, read: Read) -> Item:
    lead = _matched(_LEAD, raw, 0)
    text = raw[len(lead) :]
    entry = read(text, bracket)
    name = identity(entry.value) if entry.key is None else ("key", entry.key)
    key = ("value", repr(entry.value)) if name is None else name
    seen[key] += 1
    return Item(
        key=(key, seen[key]),
        text=text,
        normalized=(entry.value, _comments(text)),
        lead=lead,
        note=note,
        label=_label(entry, name),
        is_named=name is not None,
        inner=partial(bracket_block, text, read),
    )


def _label(entry: Entry, name: Hashable | None) -> str:
    if entry.key is not None:
        return entry.key
    return str(name[1]) if isinstance(name, tuple) else "an entry"


def _extent(text: str) -> _Extent | None:
    depth, start = 0, -1
    commas: list[int] = []
    for token in _TOKEN.finditer(text):
        if token[0] in ("[", "{"):
            depth += 1
            start = token.start() if start < 0 else start
        elif token[0] in ("]", "}"):
            depth -= 1
            if not depth:
                return _Extent(start, token.start(), commas)
        elif token[0] == "," and depth == 1:
            commas.append(token.start())
    return None


def _last(rest: str) -> tuple[str, str] | None:
    """The element after the last comma and the comment on its line, or None."""
    end = 0
    for token in _TOKEN.finditer(rest):
        if not token[0].isspace() and not token[0].startswith("#"):
            end = token.end()
    return (rest[:end], _matched(_NOTE, rest, end)) if end else None


def _is_comment(raw: str) -> bool:
    """Whether there is a comment between an element and its comma."""
    tokens = [token[0] for token in _TOKEN.finditer(raw) if not token[0].isspace()]
    return not tokens or tokens[-1].startswith("#")


def _comments(text: str) -> list[str]:
    return [token[0] for token in _TOKEN.finditer(text) if token[0].startswith("#")]


def _matched(pattern: re.Pattern[str], text: str, at: int) -> str:
    match = pattern.match(text, at)
    return match[0] if match else ""
