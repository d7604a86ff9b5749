"""A report independent of its format: sections of blocks, each sentence with its sources.

A ref is the id of a claim; `needs:` and a key for what the user said; `price:` or `assume:` and an id of the
price book, or `prices` and `assumptions` for all of it. What was calculated says so, and names what from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from blueprint.printable import lines, one_line

T = TypeVar("T")
Refs = tuple[str, ...]


class Sentence(Struct, frozen=True):
    """Text in one paragraph. `computed`: its numbers are calculated from the refs."""

    text: str
    refs: Refs = ()
    computed: bool = False


class Paragraph(Struct, frozen=True):
    """A single sentence; `strong` if it is the answer."""

    sentence: Sentence
    strong: bool = False


class Bullets(Struct, frozen=True):
    """A list."""

    items: tuple[Sentence, ...]


class Row(Struct, frozen=True):
    """Cells of a table, and their sources."""

    cells: tuple[str, ...]
    refs: Refs = ()
    computed: bool = False


class Grid(Struct, frozen=True):
    """A table. `numeric` are the indices of columns with numbers."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    numeric: tuple[int, ...] = ()


class Bar(Struct, frozen=True):
    """A share from 0 to 1, with its name and as text; `note` explains a missing one."""

    label: str
    share: float
    text: str
    note: str = ""


class Bars(Struct, frozen=True):
    """Shares side by side."""

    bars: tuple[Bar, ...]
    refs: Refs


class Code(Struct, frozen=True):
    """Text to be copied."""

    text: str
    language: str


Block = Paragraph | Bullets | Grid | Bars | Code


class Section(Struct, frozen=True):
    """A part of a report. One that is not `brief` is left out where there is little room.

    `level` is that of its heading: 2, or 3 for a part of the one before.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    brief: bool = True
    level: int = 2


class Source(Struct, frozen=True):
    """The source of a ref: one line of text, its address, and whether we read it."""

    ref: str
    text: str
    address: str = ""
    is_read: bool = True


class Document(Struct, frozen=True):
    """A report with the sources of its refs."""

    title: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = field(default=())


def plain(value: T) -> T:
    """A document, or a part of one, without control characters: some texts are the user's."""
    if isinstance(value, str):
        return one_line(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(plain(each) for each in value)  # type: ignore[return-value]
    if isinstance(value, Code):
        return replace(value, text=lines(value.text))
    if isinstance(value, Struct):
        return replace(value, **{name: plain(getattr(value, name)) for name in value.__struct_fields__})
    return value


def refs_of(sections: tuple[Section, ...]) -> tuple[str, ...]:
    """All refs in order of first use."""
    found = (ref for section in sections for block in section.blocks for ref in _refs_in(block))
    return tuple(dict.fromkeys(found))


def _refs_in(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield from block.sentence.refs
    elif isinstance(block, Bullets):
        for item in block.items:
            yield from item.refs
    elif isinstance(block, Grid):
        for row in block.rows:
            yield from row.refs
    elif isinstance(block, Bars):
        yield from block.refs
