"""Locations in a file, and problems at them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from blueprint.errors import Problem

Keys = tuple[str | int, ...]
Position = tuple[int, int]


class Location(Struct, frozen=True, array_like=True):
    """A position in a file. Lines and columns count from 1; None is unknown, as for a flag."""

    path: str | None = None
    line: int | None = None
    column: int | None = None

    def problem(self, code: str, message: str, hint: str | None = None) -> Problem:
        """Return a problem at this location."""
        return Problem(code, message, hint, self.path, self.line, self.column)


NOWHERE = Location()


class Marks(Struct, frozen=True, eq=False):
    """The location of each part of a spec, by its keys: `("services", "orders", "resource")`.

    `positions` are those of scalar values, or of the keys of other values; `key_positions` are those of all
    keys. Each is a line and a column, from 1. All `Marks` are equal, so that equal specs with different
    layouts are equal.
    """

    path: str | None = None
    positions: Mapping[Keys, Position] = field(default_factory=dict)
    key_positions: Mapping[Keys, Position] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marks)

    def __hash__(self) -> int:
        return hash(Marks)

    def __repr__(self) -> str:
        return f"Marks({self.path!r})"

    def __contains__(self, keys: Keys) -> bool:
        """Whether the file has such a part, valid or not."""
        return keys in self.positions

    def location(self, *keys: str | int) -> Location:
        """The location of the part, or of the nearest enclosing part in the file."""
        for length in range(len(keys), -1, -1):
            if (position := self.positions.get(keys[:length])) is not None:
                return Location(self.path, *position)
        return Location(self.path)

    def key_location(self, *keys: str | int) -> Location:
        """The location of the last of these keys, or of the nearest enclosing part."""
        position = self.key_positions.get(keys)
        return Location(self.path, *position) if position else self.location(*keys)
