"""The parsed tree of a document: mappings, lists and text, each with its location.

In JSON, a node is a list that starts with its kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from blueprint.errors import Problem
from blueprint.spec.location import Keys, Location, Marks, Position


class Text(Struct, frozen=True, array_like=True, tag="text"):
    """A scalar as in the file; `blank` if there is none."""

    value: str
    location: Location
    blank: bool = False


class Entry(Struct, frozen=True, array_like=True):
    """A key and its value."""

    key: Text
    value: Node


class Table(Struct, frozen=True, array_like=True, tag="table"):
    """A mapping without duplicate keys."""

    entries: tuple[Entry, ...]
    location: Location


class Items(Struct, frozen=True, array_like=True, tag="items"):
    """A list."""

    values: tuple[Node, ...]
    location: Location


Node = Text | Table | Items


class Document(Struct, frozen=True):
    """The readable parts, and the problems of others."""

    root: Node
    problems: tuple[Problem, ...] = ()


def marks_of(root: Node, path: str) -> Marks:
    """The location of each part of the tree."""
    marked = list(_marked(root, ()))
    return Marks(
        path,
        {keys: _position(_location_of(part)) for keys, part in marked},
        {keys: _position(part.key.location) for keys, part in marked if isinstance(part, Entry)},
    )


def _marked(node: Node, keys: Keys) -> Iterator[tuple[Keys, Entry | Node]]:
    if isinstance(node, Table):
        for entry in node.entries:
            yield (*keys, entry.key.value), entry
            yield from _marked(entry.value, (*keys, entry.key.value))
    elif isinstance(node, Items):
        for index, value in enumerate(node.values):
            yield (*keys, index), value
            yield from _marked(value, (*keys, index))


def _location_of(part: Entry | Node) -> Location:
    if not isinstance(part, Entry):
        return part.location
    is_text = isinstance(part.value, Text) and not part.value.blank
    return part.value.location if is_text else part.key.location


def _position(location: Location) -> Position:
    return location.line or 1, location.column or 1
