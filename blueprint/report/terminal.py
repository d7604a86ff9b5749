"""Render a document for a terminal."""

from __future__ import annotations

from io import StringIO

from msgspec import Struct
from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from blueprint.report.document import (
    Bars,
    Block,
    Bullets,
    Code,
    Document,
    Grid,
    Paragraph,
    Refs,
    Sentence,
    refs_of,
)

_MOST_REFS = 4
_WIDEST = 110
_NARROWEST = 40
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LABELS = 16
_UNREAD_MARK = "*"


def terminal_text(document: Document, width: int, *, colored: bool) -> str:
    """The brief sections of the document, wrapped at a readable width within the terminal."""
    stream = StringIO()
    console = Console(
        file=stream,
        width=max(_NARROWEST, min(width, _WIDEST)),
        force_terminal=colored,
        color_system="standard" if colored else None,
        no_color=not colored,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    renderer = _Renderer(frozenset(source.ref for source in document.sources if not source.is_read))
    console.print(Text(document.title, style="bold"))
    brief = tuple(section for section in document.sections if section.brief)
    for section in brief:
        console.print()
        console.print(Text(section.title.upper(), style="bold cyan"))
        for block in section.blocks:
            console.print(renderer.rendered(block, console.width))
    if renderer.unread.intersection(refs_of(brief)):
        console.print()
        text = "not read by us, reported in another text; blueprint explain NAME tells which."
        console.print(Text(f"{_UNREAD_MARK} {text}", style="dim"))
    if left_out := [section.title for section in document.sections if not section.brief]:
        console.print()
        console.print(Text(f"Also in the whole report (-o report.html): {'; '.join(left_out)}."))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


class _Renderer(Struct, frozen=True):
    """Renders blocks with their refs in brackets, and marks those in `unread`."""

    unread: frozenset[str]

    def rendered(self, block: Block, width: int) -> RenderableType:
        if isinstance(block, Paragraph):
            return self._sentence(block.sentence, "bold" if block.strong else "")
        if isinstance(block, Bullets):
            return Group(*(self._bullet(item) for item in block.items))
        if isinstance(block, Grid):
            return self._grid(block)
        if isinstance(block, Bars):
            return self._bars(block, width)
        return Padding(Text(block.text.rstrip()), (0, 0, 0, 2)) if isinstance(block, Code) else Text()

    def _sentence(self, sentence: Sentence, style: str = "") -> Text:
        text = Text(sentence.text, style=style)
        text.append(self._trace(sentence.refs), style="not bold dim")
        return text

    def _trace(self, refs: Refs) -> str:
        if not refs:
            return ""
        names = [f"{ref}{_UNREAD_MARK}" if ref in self.unread else ref for ref in refs[:_MOST_REFS]]
        more = ", ..." if len(refs) > _MOST_REFS else ""
        return f" [{', '.join(names)}{more}]"

    def _bullet(self, item: Sentence) -> Table:
        table = Table.grid(padding=(0, 1))
        mark, text = ("-", item.text)
        if item.text[:2] in ("+ ", "− "):
            mark, text = item.text[0], item.text[2:]
        table.add_row(mark, self._sentence(Sentence(text, item.refs)))
        return table

    def _grid(self, grid: Grid) -> RenderableType:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
        table.show_header = any(grid.header)
        for index, name in enumerate(grid.header):
            numeric = index in grid.numeric
            table.add_column(name, justify="right" if numeric else "left", overflow="fold")
        for row in grid.rows:
            table.add_row(*row.cells)
        refs = tuple(dict.fromkeys(ref for row in grid.rows for ref in row.refs))
        trace = self._trace(refs).strip()
        return Group(Text(), table, Text(trace, style="dim")) if trace else Group(Text(), table)

    def _bars(self, bars: Bars, width: int) -> RenderableType:
        table = Table.grid(padding=(0, 1))
        table.add_column(min_width=_LABELS)
        table.add_column()
        table.add_column(justify="right")
        longest = max(10, width - 45)
        for bar in bars.bars:
            table.add_row(bar.label, Text(_bar(bar.share, longest), style="green"), bar.note or bar.text)
        trace = self._trace(bars.refs).strip()
        return Padding(Group(table, Text(trace, style="dim")), (1, 0, 0, 0))


def _bar(share: float, longest: int) -> str:
    eighths = round(share * longest * 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
