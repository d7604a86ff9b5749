"""Line-based formats: environment settings, ignore patterns, INI."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable
from functools import partial

from blueprint.merging.spans import Block, Item

_LINE = re.compile(r"(?P<lead>(?:[ \t]*(?:[#;].*)?\n)*)(?P<text>[^\n]*\n(?:[ \t]+\S.*\n)*)")
_SETTING = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)=")
_SECTION = re.compile(r"^\[[^\]\n]+\]", re.MULTILINE)
_OPTION = re.compile(r"([^\s=:#;\[][^=:\n]*?)\s*[=:]")


def settings_block(text: str) -> Block:
    """One `NAME=value` per line. Raises ValueError for other lines."""
    return _block("settings", text, _SETTING)


def patterns_block(text: str) -> Block:
    """One pattern per line, as in `.gitignore`."""
    return _block("patterns", text, None)


def ini_block(text: str) -> Block:
    """Sections with options, whose values may span lines. Raises ValueError for invalid lines."""
    starts = [0, *(match.start() for match in _SECTION.finditer(text)), len(text)]
    parts = [text[at:stop] for at, stop in zip(starts, starts[1:], strict=False)]
    seen = Counter[Hashable]()
    items = []
    for part in parts[1:]:
        name = part.partition("]")[0] + "]"
        seen[name] += 1
        items.append(Item((name, seen[name]), part, part.split(), label=name, inner=partial(_section, part)))
    if any(count > 1 for count in seen.values()):
        raise ValueError("duplicate section")
    return Block("sections", items, head=parts[0])


def _section(part: str) -> Block:
    head, end, options = part.partition("\n")
    return _block("options", options, _OPTION, head + end, _values)


def _values(text: str) -> Block | None:
    """A value as a list of lines below its name."""
    head, _, lines = text.partition("\n")
    if not lines or not head.rstrip().endswith("="):
        return None
    items = [Item((line, 1), f"{line}\n", line.strip()) for line in lines.split("\n")[:-1]]
    return Block("values", items, head=f"{head}\n") if len({i.key for i in items}) == len(items) else None


def _nothing_inside(_: str) -> None:
    """Lines are not cut further."""


def _block(
    kind: str,
    text: str,
    name: re.Pattern[str] | None,
    head: str = "",
    inside: Callable[[str], Block | None] = _nothing_inside,
) -> Block:
    at = 0
    items: list[Item] = []
    seen = Counter[Hashable]()
    while (match := _LINE.match(text, at)) and match["text"].strip():
        line = match["text"]
        named = name.match(line) if name else None
        if name and not named:
            raise ValueError(f"a line without a name: {line.strip()}")
        key = named[1] if named else line.strip()
        seen[key] += 1
        items.append(
            Item(
                (key, seen[key]),
                line,
                line.split(),
                match["lead"],
                label=key,
                is_named=bool(named),
                inner=partial(inside, line),
            )
        )
        at = match.end()
    return Block(kind, items, head=head, tail=text[at:])
