"""Blocks of a document as HTML. Parts with numbers list their sources in `data-refs`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from msgspec import Struct

from blueprint.report.document import (
    Bars,
    Block,
    Bullets,
    Document,
    Grid,
    Paragraph,
    Refs,
    Sentence,
    Source,
)

_SHOWN_REFS = 4


def tag(name: str, content: str, **attributes: str) -> str:
    """`<p class="x">content</p>`; content is HTML, attributes are text: `class_`, `data_refs`."""
    named = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    written = "".join(f' {key}="{escape(value)}"' for key, value in named)
    return f"<{name}{written}>{content}</{name}>"


class Notes(Struct, frozen=True):
    """The number of each source in the list at the end."""

    numbers: Mapping[str, int]

    @classmethod
    def of(cls, document: Document) -> Notes:
        return cls({source.ref: number for number, source in enumerate(document.sources, 1)})

    def marks(self, refs: Refs) -> str:
        """Links to the sources, as superscript numbers."""
        if not refs:
            return ""
        links = [self._mark(ref) for ref in refs[:_SHOWN_REFS]]
        more = [
            tag("details", tag("summary", "…") + "".join(map(self._mark, refs[_SHOWN_REFS:])), class_="more")
        ]
        return tag("sup", "".join(links + (more if len(refs) > _SHOWN_REFS else [])), class_="refs")

    def _mark(self, ref: str) -> str:
        return tag("a", str(self.numbers[ref]), href=f"#{anchor(ref)}", title=ref)


def anchor(ref: str) -> str:
    """The id of a source on the page."""
    return "source-" + ref.replace(":", "-").replace(".", "-")


def blocks(parts: Sequence[Block], notes: Notes) -> str:
    """All blocks in order."""
    return "\n".join(block(part, notes) for part in parts)


def block(part: Block, notes: Notes) -> str:
    """One block."""
    if isinstance(part, Paragraph):
        return _sentence("p", part.sentence, notes, "strong" if part.strong else "")
    if isinstance(part, Bullets):
        return tag("ul", "".join(_item(item, notes) for item in part.items))
    if isinstance(part, Grid):
        return table(part, notes)
    if isinstance(part, Bars):
        return _bars(part, notes)
    return tag("pre", tag("code", escape(part.text)))


def _sentence(name: str, sentence: Sentence, notes: Notes, kind: str = "", text: str | None = None) -> str:
    content = escape(sentence.text if text is None else text) + notes.marks(sentence.refs)
    return tag(name, content, class_=kind, data_refs=" ".join(sentence.refs))


def _item(item: Sentence, notes: Notes) -> str:
    kinds = {"+ ": "good", "− ": "bad"}
    kind = kinds.get(item.text[:2], "")
    return _sentence("li", item, notes, kind, item.text[2:] if kind else item.text)


def table(grid: Grid, notes: Notes) -> str:
    """A table that scrolls if it is too wide."""
    head = "".join(_cell("th", name, index in grid.numeric) for index, name in enumerate(grid.header))
    rows = (
        tag("tr", _cells(row.cells, grid, notes.marks(row.refs)), data_refs=" ".join(row.refs))
        for row in grid.rows
    )
    return tag(
        "div", tag("table", tag("thead", tag("tr", head)) + tag("tbody", "".join(rows))), class_="scroll"
    )


def _cells(cells: Iterable[str], grid: Grid, marks: str) -> str:
    *others, last = (escape(cell) for cell in cells)
    contents = [*others, last + marks]
    return "".join(
        _cell("td", content, index in grid.numeric, raw=True) for index, content in enumerate(contents)
    )


def _cell(name: str, content: str, numeric: bool, *, raw: bool = False) -> str:
    return tag(name, content if raw else escape(content), **({"class_": "figure"} if numeric else {}))


def _bars(bars: Bars, notes: Notes) -> str:
    rows = "".join(
        tag("dt", escape(bar.label)) + tag("dd", escape(bar.text or bar.note) + notes.marks(bars.refs))
        for bar in bars.bars
    )
    return tag("dl", rows, data_refs=" ".join(bars.refs))


def source_list(sources: Iterable[Source]) -> str:
    """All sources, numbered."""
    return tag("ol", "".join(_source(source) for source in sources), class_="sources")


def _source(source: Source) -> str:
    link = ""
    if source.address.startswith(("http://", "https://")):
        link = " " + tag("a", escape(source.address), href=source.address, rel="noreferrer")
    elif source.address:
        link = " " + tag("code", escape(source.address))
    name = tag("b", escape(source.ref))
    return tag("li", f"{name} {escape(source.text)}{link}", id=anchor(source.ref))
