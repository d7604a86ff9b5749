"""Where in the file something stands, and the problems that are reported there."""

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
        """A problem found here."""
        return Problem(code, message, hint, self.path, self.line, self.column)


NOWHERE = Location()


class Marks(Struct, frozen=True, eq=False):
    """Where each part of a spec stands, by the keys that lead to it: `("services", "orders", "resource")`.

    `positions` are those of plain values, else of their keys; `key_positions` are those of all keys. Each is
    a line and a column, from 1. Any two are equal: specs that mean the same are, wherever their parts stand.
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
        """Whether there is such a part in the file, sound or not."""
        return keys in self.positions

    def location(self, *keys: str | int) -> Location:
        """The place of the part, or of the nearest part around it that was written down."""
        for length in range(len(keys), -1, -1):
            if (position := self.positions.get(keys[:length])) is not None:
                return Location(self.path, *position)
        return Location(self.path)

    def key_location(self, *keys: str | int) -> Location:
        """The place of the last of these keys, or of the nearest part around it."""
        position = self.key_positions.get(keys)
        return Location(self.path, *position) if position else self.location(*keys)
