"""Rows of data as text: a table where it fits, else a block for each row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from blueprint.printable import one_line

_GAP = "  "
_LONGEST = 40
"""Characters of a cell of a table."""


def grid(columns: Sequence[str], rows: Sequence[Mapping[str, object]], width: int | None) -> list[str]:
    """Lines, without blanks at their ends. `width` is that of the terminal; None is any."""
    cells = [[cell(row.get(column)) for column in columns] for row in rows]
    widths = [
        max(len(name), *(len(line[index]) for line in cells)) if cells else len(name)
        for index, name in enumerate(columns)
    ]
    needed = sum(widths) + len(_GAP) * (len(columns) - 1)
    fits = needed <= width if width is not None else max(widths, default=0) <= _LONGEST
    return _table(columns, cells, widths) if fits or not rows else _blocks(columns, cells)


def cell(value: object) -> str:
    """A value on one line; empty for a missing one."""
    if value is None:
        return ""
    return one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _table(columns: Sequence[str], cells: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    lines = [columns, *cells]
    return [
        _GAP.join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _blocks(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    width = max(map(len, columns), default=0)
    blocks = [
        [f"{name.ljust(width)}{_GAP}{text}".rstrip() for name, text in zip(columns, line, strict=True)]
        for line in cells
    ]
    return [line for index, block in enumerate(blocks) for line in (*([""] if index else []), *block)]
