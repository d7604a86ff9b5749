"""Merge TOML by table and key."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Hashable, Iterator
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from blueprint.merging.brackets import Entry, bracket_block
from blueprint.merging.data import Data, plain_data
from blueprint.merging.spans import Block, Item

_LEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_HEADER = re.compile(r"[ \t]*(\[{1,2}[^\n#]*\]{1,2})[ \t]*(?:#[^\n]*)?$", re.MULTILINE)


class _Line(Struct, frozen=True):
    """A header, or a key with its value, which may span lines; `lead` is the text before it."""

    lead: str
    text: str
    header: str | None


def load_toml(text: str) -> Data:
    """The data. Raises ValueError for invalid TOML."""
    return plain_data(tomllib.loads(text))


def toml_block(text: str) -> Block:
    """A document, table by table. Raises ValueError."""
    tables: list[list[_Line]] = [[]]
    end = ""
    for line in _lines(text):
        if line.header is not None:
            tables.append([])
        if line.text:
            tables[-1].append(line)
        else:
            end = line.lead
    seen = Counter[Hashable]()
    return Block("tables", [_table(lines, seen) for lines in tables], tail=end)


def _lines(text: str) -> Iterator[_Line]:
    """The logical lines of a document; the last may be only a lead."""
    at = 0
    while at < len(text):
        match = _LEAD.match(text, at)
        start = match.end() if match else at
        header = _HEADER.match(text, start)
        stop = _line_end(text, start) if header else _value_end(text, start)
        yield _Line(text[at:start], text[start:stop], header[1] if header else None)
        at = stop


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _value_end(text: str, start: int) -> int:
    """The end of a key with its value: after the first line that completes it."""
    stop = start
    while stop < len(text):
        stop = _line_end(text, stop)
        try:
            tomllib.loads(text[start:stop])
        except tomllib.TOMLDecodeError:
            continue
        return stop
    return stop


def _table(lines: list[_Line], seen: Counter[Hashable]) -> Item:
    first = lines[0] if lines else _Line("", "", None)
    name = _squeezed(first.header or "")
    key: Hashable = name
    if name.startswith("[[") and len(lines) > 1:  # an array of tables: identified by the first line
        key = name, lines[1].text.strip()
    seen[key] += 1
    text = first.text + "".join(f"{line.lead}{line.text}" for line in lines[1:])
    return Item(
        key=(key, seen[key]),
        text=text,
        normalized=_normalized(text),
        lead=first.lead,
        label=name or "the first lines",
        inner=partial(_keys, lines),
    )


def _keys(lines: list[_Line]) -> Block:
    seen = Counter[Hashable]()
    has_header = bool(lines) and lines[0].header is not None
    values = lines[1:] if has_header else lines
    # The lead of the first line belongs to the table.
    keys = [
        _key(line if number or has_header else replace(line, lead=""), seen)
        for number, line in enumerate(values)
    ]
    return Block("table", keys, head=lines[0].text if has_header else "")


def _key(line: _Line, seen: Counter[Hashable]) -> Item:
    name = _squeezed(line.text.partition("=")[0])
    seen[name] += 1
    inner = partial(bracket_block, line.text, _read)
    return Item((name, seen[name]), line.text, _normalized(line.text), line.lead, label=name, inner=inner)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _normalized(text: str) -> tuple[str, ...]:
    """The tokens of a text: formatters only change the space between them."""
    return tuple(text.split())


def _read(element: str, bracket: str) -> Entry:
    if bracket == "[":
        [value] = tomllib.loads(f"x = [{element}\n]")["x"]
        return Entry(plain_data(value))
    key = _squeezed(element.partition("=")[0])
    return Entry(plain_data(tomllib.loads(element)), key)
