"""The exact positions of parts in a YAML text, for edits that preserve everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import yaml
from msgspec import Struct

from blueprint.spec.location import Keys

_COLON = re.compile(r"\s*:")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Part(Struct, frozen=True):
    """An entry of a mapping or list, from its key or dash to the last character of its value.

    `start` and `end` are offsets in characters. `flow`: the value is in flow style. `keys`: those of the
    entries inside, in order.
    """

    start: int
    end: int
    flow: bool = False
    keys: tuple[str | int, ...] = ()


class Layout(Struct, frozen=True):
    """The parts of a text, by their keys."""

    text: str
    parts: dict[Keys, Part]

    def column(self, position: int) -> int:
        """The number of characters before this one on its line."""
        before = max(self.text.rfind("\n", 0, position), self.text.rfind("\r", 0, position))
        return position - before - 1

    def line_start(self, position: int) -> int:
        """The first character of the line."""
        return position - self.column(position)

    def line_end(self, position: int) -> int:
        """The end of the line, before its line break."""
        return self._break_after(position)[0]

    def previous_end(self, position: int) -> int:
        """The end of the previous line, before its line break."""
        return len(re.sub(r"(\r\n|\r|\n)\Z", "", self.text[: self.line_start(position)]))

    def next_line(self, position: int) -> int:
        """The first character of the next line."""
        return self._break_after(position)[1]

    @property
    def line_break(self) -> str:
        """The line break of the first line, used for all."""
        start, end = self._break_after(0)
        return self.text[start:end] or "\n"

    def end_with_comments(self, part: Part) -> int:
        """The end of the part's last line, or of comments below that are indented more."""
        end = self.line_end(part.end)
        after = self.next_line(end)
        while after < len(self.text) and self.text.startswith("#", first := self._first_word(after)):
            if self.column(first) <= self.column(part.start):
                break
            end, after = self.line_end(first), self.next_line(first)
        return end

    def is_blank(self, start: int, end: int) -> bool:
        """Whether there is only white space between the offsets."""
        return not self.text[start:end].strip()

    def is_spaced(self, keys: Keys) -> bool:
        """Whether blank lines separate the entries of this part."""
        entries = [self.parts[*keys, key] for key in self.parts[keys].keys]
        return any(
            re.search(r"(\r\n|\r|\n)[ \t]*\1", self.text[one.end : other.start])
            for one, other in pairwise(entries)
        )

    def _first_word(self, position: int) -> int:
        """The first character after white space."""
        return next((at for at in range(position, len(self.text)) if not self.text[at].isspace()), position)

    def _break_after(self, position: int) -> tuple[int, int]:
        """The start and end of the next line break, or the end of the text."""
        match = _LINE_BREAK.search(self.text, position)
        return match.span() if match else (len(self.text), len(self.text))


def layout_of(text: str) -> Layout:
    """Return the layout of a text that has passed `load_spec`."""
    shift = len(text) - len(text.removeprefix("\ufeff"))
    root = yaml.compose(text[shift:], Loader=yaml.CSafeLoader)
    return Layout(text, dict(_parts(text, root, (), shift) if root else ()))


def _parts(text: str, node: yaml.Node, keys: Keys, shift: int) -> Iterator[tuple[Keys, Part]]:
    for key, start, known, value in _entries(text, node, shift):
        inside = tuple(each for each, *_ in _entries(text, value, shift))
        end = max(known, _end(text, value, shift))
        yield (*keys, key), Part(start, end, _is_flow(value), inside)
        yield from _parts(text, value, (*keys, key), shift)


def _entries(text: str, node: yaml.Node, shift: int) -> Iterator[tuple[str | int, int, int, yaml.Node]]:
    """Yield key, start of the entry, end of the key, and value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            # An empty value has no position: it ends at the colon.
            colon = _COLON.match(text, key.end_mark.index + shift)
            known = colon.end() if colon else key.end_mark.index + shift
            yield key.value, key.start_mark.index + shift, known, value
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            start = value.start_mark.index + shift
            dash = start if node.flow_style else text.rindex("-", 0, start)
            yield index, dash, dash if node.flow_style else dash + 1, value


def _end(text: str, node: yaml.Node, shift: int) -> int:
    if _is_flow(node) or isinstance(node, yaml.ScalarNode):
        end = node.end_mark.index + shift
    else:
        last = node.value[-1]
        end = _end(text, last[1] if isinstance(last, tuple) else last, shift)
    return len(text[:end].rstrip())


def _is_flow(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
