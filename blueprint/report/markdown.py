"""A document as Markdown with footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from blueprint.report.document import (
    Bars,
    Block,
    Bullets,
    Code,
    Document,
    Grid,
    Paragraph,
    Refs,
    Section,
    Sentence,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>|]|^[+-](?= ))")


def markdown(document: Document, front: Mapping[str, str] | None = None) -> str:
    """The document; `front` becomes front matter."""
    lines = [*_front(front or {}), f"# {_escaped(document.title)}", ""]
    for section in document.sections:
        lines += _section(section)
    for source in document.sources:
        address = f" <{source.address}>" if source.address.startswith("http") else ""
        # An address that is not a URL is a file in this repository.
        address = address or (f" `{source.address}`" if source.address else "")
        lines.append(f"[^{source.ref}]: {_escaped(source.text)}{address}")
    return "\n".join(lines)


def _front(front: Mapping[str, str]) -> Iterator[str]:
    if front:
        yield "---"
        yield from (f"{key}: {value}" for key, value in front.items())
        yield from ("---", "")


def _section(section: Section) -> Iterator[str]:
    yield from (f"{'#' * section.level} {_escaped(section.title)}", "")
    for block in section.blocks:
        yield from (*_block(block), "")


def _block(block: Block) -> Iterable[str]:
    if isinstance(block, Paragraph):
        text = _sentence(block.sentence)
        return [f"**{text}**" if block.strong else text]
    if isinstance(block, Bullets):
        return [f"- {_sentence(item)}" for item in block.items]
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Bars):
        return _bars(block)
    return [f"```{block.language}", *_code(block), "```"]


def _code(code: Code) -> list[str]:
    return code.text.rstrip("\n").split("\n")


def _sentence(sentence: Sentence) -> str:
    return _escaped(sentence.text) + _footnotes(sentence.refs)


def _footnotes(refs: Refs) -> str:
    return "".join(f"[^{ref}]" for ref in refs)


def _grid(grid: Grid) -> Iterator[str]:
    yield _line(_escaped(cell) for cell in grid.header)
    yield _line("---:" if index in grid.numeric else "---" for index in range(len(grid.header)))
    for row in grid.rows:
        *cells, last = (_escaped(cell) for cell in row.cells)
        yield _line([*cells, last + _footnotes(row.refs)])


def _bars(bars: Bars) -> Iterator[str]:
    yield _line(("pattern", "first in"))
    yield _line(("---", "---:"))
    for bar in bars.bars:
        yield _line((_escaped(bar.label), (_escaped(bar.note) or f"{bar.text}") + _footnotes(bars.refs)))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
