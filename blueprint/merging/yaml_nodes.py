"""YAML as a tree with the position of each node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from msgspec import Struct

from blueprint.merging.data import Data, refuse_twice

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.SafeLoader("")
_MOST = 200_000
"""Maximum number of values including aliases: a few lines of aliases can expand without limit."""


class Node(Struct, frozen=True):
    """A scalar, a mapping, a sequence or an alias; `children` of a mapping are keys and values in turn.

    `scalar` is a pair of its type and its text, `tag` an explicit tag of a mapping or a sequence.

    `start` and `end` count characters. A mapping without brackets ends where its last child does.
    """

    kind: str
    start: int
    end: int
    tag: str | None = None
    is_flow: bool = False
    scalar: tuple[str, str] = ("", "")
    is_literal: bool = False
    anchor: str | None = None
    children: tuple[Node, ...] = ()

    @property
    def pairs(self) -> list[tuple[Node, Node]]:
        return list(zip(self.children[::2], self.children[1::2], strict=True))


def read_yaml(text: str) -> Node | None:
    """The single document of a text; None if it is empty.

    Raises ValueError for invalid YAML, or more than one document.
    """
    try:
        events = iter(list(yaml.parse(text, Loader=_LOADER)))
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    roots = [_node(events, event) for event in events if _is_content(event)]
    if len(roots) > 1:
        raise ValueError("more than one document")
    return roots[0] if roots else None


def _is_content(event: yaml.Event) -> bool:
    return isinstance(event, yaml.NodeEvent)


def _node(events: Iterator[yaml.Event], event: Any) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, yaml.AliasEvent):
        return Node("alias", start, end, anchor=event.anchor)
    if isinstance(event, yaml.ScalarEvent):
        tag = event.tag or _RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit)
        scalar = tag.removeprefix("tag:yaml.org,2002:"), event.value
        is_literal = event.style in ("|", ">")
        return Node("scalar", start, end, scalar=scalar, is_literal=is_literal, anchor=event.anchor)
    children = []
    for each in events:
        if isinstance(each, yaml.CollectionEndEvent):
            end = each.end_mark.index if each.end_mark else end
            break
        children.append(_node(events, each))
    kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
    return Node(
        kind, start, end, event.tag, bool(event.flow_style), anchor=event.anchor, children=tuple(children)
    )


def data_of(root: Node | None) -> Data:
    """The data of a document. Raises ValueError for duplicate keys, and for too many values."""
    return ("null", "") if root is None else _Reader().data(root)


class _Reader:
    def __init__(self) -> None:
        self._anchors: dict[str, Data] = {}
        self._sizes: dict[str, int] = {}
        self._count = 0

    def data(self, node: Node) -> Data:
        before = self._count
        self._count += self._sizes.get(node.anchor or "", 1) if node.kind == "alias" else 1
        if self._count > _MOST:
            raise ValueError("too many values")
        if node.kind == "alias":
            if node.anchor not in self._anchors:
                raise ValueError("an alias of what holds it")
            return self._anchors[node.anchor]
        value = self._plain(node)
        value = {node.tag: value} if node.tag else value
        if node.anchor:
            self._anchors[node.anchor] = value
            self._sizes[node.anchor] = self._count - before
        return value

    def _plain(self, node: Node) -> Data:
        if node.kind == "scalar":
            return node.scalar
        if node.kind == "sequence":
            return [self.data(each) for each in node.children]
        keys = [str(self.data(key)) if key.kind != "scalar" else key.scalar[1] for key, _ in node.pairs]
        refuse_twice(keys)
        return {key: self.data(value) for key, (_, value) in zip(keys, node.pairs, strict=True)}
