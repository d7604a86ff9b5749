"""What a value can be: its type, whether it may be empty, its limits."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from blueprint.spec.names import Name

Kind = Literal["str", "int", "money", "bool", "time", "ref", "list", "type"]
Operator = Literal[">=", ">", "<=", "<", "=="]


class FieldType(Struct, frozen=True):
    """The type of a value.

    `of` is the service of a `ref`, the entry under types of a `type`, the element of a `list`; else None.
    Money is an integer number of cents, a time an RFC 3339 text in UTC.
    """

    kind: Kind
    of: FieldType | Name | None = None

    def __str__(self) -> str:
        """As it is written in the file: `list[line]`."""
        if self.kind == "type":
            return str(self.of)
        brackets = {"ref": f"({self.of})", "list": f"[{self.of}]"}
        return self.kind + brackets.get(self.kind, "")

    def fits(self, wanted: FieldType) -> bool:
        """Whether a value of this type can be given where the wanted one is asked for. A ref is text, too."""
        if self.kind == wanted.kind == "list" and isinstance(self.of, FieldType):
            return isinstance(wanted.of, FieldType) and self.of.fits(wanted.of)
        if {self.kind, wanted.kind} == {"str", "ref"}:
            return True
        return self == wanted


class Bound(Struct, frozen=True):
    """The limit of an int or of money: `>= 0`."""

    op: Operator
    number: int


class Field(Struct, frozen=True):
    """One named value of a resource, a type, an action or an event."""

    name: Name
    type: FieldType
    optional: bool = False
    unique: bool = False
    bound: Bound | None = None

    def __str__(self) -> str:
        """As it is written in the file, behind the name: `money? >= 0`."""
        mark = "?" if self.optional else ""
        unique = " unique" if self.unique else ""
        bound = f" {self.bound.op} {self.bound.number}" if self.bound else ""
        return f"{self.type}{mark}{unique}{bound}"

    @property
    def carried(self) -> Field:
        """The field on its way from one service to another: its limits were checked where it came in."""
        return Field(self.name, self.type, self.optional)

    def fits(self, wanted: Field) -> bool:
        """Whether this field can be given where the wanted one is asked for, and is always there."""
        return self.type.fits(wanted.type) and (wanted.optional or not self.optional)
