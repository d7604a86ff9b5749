"""Merge YAML by key, and list elements by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from functools import partial

from blueprint.merging.data import Data, identity
from blueprint.merging.spans import Block, Item
from blueprint.merging.yaml_nodes import Node, data_of, read_yaml

_LEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)


def load_yaml(text: str) -> Data:
    """The data. Raises ValueError for invalid YAML, duplicate keys, or more than one document."""
    return data_of(read_yaml(text))


def yaml_block(text: str) -> Block | None:
    """A document; None if it is a scalar or in flow style. Raises ValueError."""
    root = read_yaml(text)
    if root is None or not _is_block(root):
        return None
    document = _Document(text)
    at = document.line_start(root.start)
    return document.block(root, 0, at, len(text))


def _is_block(node: Node) -> bool:
    return node.kind in ("mapping", "sequence") and not node.is_flow and bool(node.children)


class _Document:
    def __init__(self, text: str) -> None:
        self._text = text

    def line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end + 1

    def _end(self, node: Node) -> int:
        """The offset after the last line of a node."""
        if _is_block(node):
            return self._end(node.children[-1])
        if node.is_literal:
            return self._line_end(len(self._text[: node.end].rstrip()) - 1)
        return self._line_end(max(node.start, node.end - 1) if node.is_flow else node.end)

    def block(self, node: Node, head: int, at: int, end: int) -> Block:
        """The children of a node in the lines from `at`; the head starts at `head`."""
        items: list[Item] = []
        seen = Counter[Hashable]()
        first = at
        nodes = node.pairs if node.kind == "mapping" else [(None, each) for each in node.children]
        for key, value in nodes:
            stop = self._end(value)
            items.append(self._item(key, value, at, stop, seen))
            at = stop
        column = node.start - self.line_start(node.start)
        head_text, tail = self._text[head:first], self._text[at:end]
        return Block(node.kind, items, head=head_text, tail=tail, indent=column)

    def _item(self, key: Node | None, value: Node, at: int, stop: int, seen: Counter[Hashable]) -> Item:
        match = _LEAD.match(self._text, at, stop)
        start = match.end() if match else at
        data = self._data(value)
        name: Hashable | None = ("key", key.scalar[1]) if key else identity(data)
        full = ("value", repr(data)) if name is None else name
        seen[full] += 1
        inner = partial(self._inside if key else self._dashed, value, start, stop)
        text = self._text[start:stop]
        return Item(
            key=(full, seen[full]),
            text=text,
            normalized=(data, value.anchor, _COMMENT.findall(text)),
            lead=self._text[at:start],
            label=str(name[1]) if isinstance(name, tuple) else "an entry",
            is_named=name is not None,
            inner=inner,
        )

    def _data(self, node: Node) -> Data:
        """The data of a node; for an alias, its name."""
        if node.kind == "alias":
            return "alias", node.anchor or ""
        if node.kind == "scalar":
            return node.scalar
        value: Data = (
            [self._data(each) for each in node.children]
            if node.kind == "sequence"
            else {_key_text(key): self._data(value) for key, value in node.pairs}
        )
        return {node.tag: value} if node.tag else value

    def _inside(self, node: Node, start: int, stop: int) -> Block | None:
        """The block of a key's value, which starts on the next line."""
        if node.is_flow and not node.children:
            return Block(node.kind, (), head=self._text[start:stop])
        at = self._line_end(start)
        return self.block(node, start, at, stop) if _is_block(node) and node.start >= at else None

    def _dashed(self, node: Node, start: int, stop: int) -> Block | None:
        """A mapping after a dash. Its first key stays on the line of the dash."""
        if node.kind != "mapping" or not _is_block(node) or node.start >= self._line_end(start):
            return None
        block = self.block(node, start, start, stop)
        first = block.items[0]
        dash = Item(("-", 1), first.text, first.normalized, first.lead, label=first.label, inner=first.inner)
        return Block("dash", [dash, *block.items[1:]], tail=block.tail, indent=block.indent)


def _key_text(key: Node) -> str:
    return key.scalar[1] if key.kind == "scalar" else repr(key)
