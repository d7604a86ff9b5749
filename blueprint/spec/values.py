"""Types of values and their limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from blueprint.spec.names import Name

Kind = Literal[
    "str",
    "int",
    "float",
    "decimal",
    "money",
    "bool",
    "time",
    "date",
    "uuid",
    "email",
    "url",
    "json",
    "ref",
    "list",
    "type",
]
Operator = Literal[">=", ">", "<=", "<", "==", ".."]
SettingKind = Literal["str", "int", "money", "bool", "url", "secret"]


class FieldType(Struct, frozen=True):
    """The type of a value.

    `of` is the service of a `ref`, the entry of `types` of a `type`, the element of a `list`, or None.
    A decimal has at most `precision` digits, `scale` of them after the point. Money is an integer in the
    smallest unit of its `currency` (ISO 4217), which a spec can leave open; a time an RFC 3339 text in UTC.
    """

    kind: Kind
    of: FieldType | Name | None = None
    precision: int = 0
    scale: int = 0
    currency: str | None = None

    def __str__(self) -> str:
        """As in the file: `list[line]`."""
        if self.kind == "type":
            return str(self.of)
        brackets = {
            "ref": f"({self.of})",
            "list": f"[{self.of}]",
            "decimal": f"({self.precision},{self.scale})",
            "money": f"({self.currency})" if self.currency else "",
        }
        return self.kind + brackets.get(self.kind, "")

    @property
    def innermost(self) -> FieldType:
        """The type of the elements of a list, or the type itself."""
        return self.of if isinstance(self.of, FieldType) else self

    @property
    def is_number(self) -> bool:
        """Whether its values can have a limit."""
        return self.kind in NUMBERS

    @property
    def is_whole(self) -> bool:
        """Whether its values are integers."""
        return self.kind in ("int", "money")

    @property
    def is_text(self) -> bool:
        """Whether its values are plain text in code."""
        return self.kind in ("str", "ref", "email", "url")

    def fits(self, wanted: FieldType) -> bool:
        """Whether a value of this type is accepted where the wanted one is required. A ref is also text."""
        if self.kind == wanted.kind == "list" and isinstance(self.of, FieldType):
            return isinstance(wanted.of, FieldType) and self.of.fits(wanted.of)
        if {self.kind, wanted.kind} == {"str", "ref"}:
            return True
        return self == wanted or (wanted.kind == "str" and self.is_text)


FORMATS: tuple[Kind, ...] = ("date", "uuid", "email", "url", "json")
NUMBERS: tuple[Kind, ...] = ("int", "float", "decimal", "money")


class Bound(Struct, frozen=True):
    """The limit of a number: `>= 0`, or `10..21`, both included, where `most` is the second number."""

    op: Operator
    number: Decimal
    most: Decimal | None = None

    def __str__(self) -> str:
        """As in the file."""
        if self.most is not None:
            return f"{self.number:f}..{self.most:f}"
        return f"{self.op} {self.number:f}"

    @property
    def nearest(self) -> Decimal:
        """A number within the limit, as close to its first number as an integer can be."""
        return self.number + {">": 1, "<": -1}.get(self.op, 0)

    @property
    def least(self) -> Decimal | None:
        """The number below the values, if there is one: the lowest of them, except for `>`."""
        return None if self.op in ("<", "<=") else self.number

    @property
    def highest(self) -> Decimal | None:
        """The number above the values, if there is one: the highest of them, except for `<`."""
        if self.most is not None:
            return self.most
        return None if self.op in (">", ">=") else self.number

    @property
    def of_integers(self) -> Bound:
        """The limit of the same integers with its ends included: `>= 5` for `> 4`."""
        if self.op in (">", "<"):
            return Bound(">=" if self.op == ">" else "<=", self.nearest)
        return self

    def allows(self, number: Decimal) -> bool:
        """Whether the number is within the limit."""
        if self.op in ("<", ">"):
            return number < self.number if self.op == "<" else number > self.number
        least, highest = self.least, self.highest
        return (least is None or least <= number) and (highest is None or number <= highest)

    def scaled(self, scale: int) -> Bound:
        """The limit of the same numbers times ten to the power of `scale`."""
        most = self.most.scaleb(scale) if self.most is not None else None
        return Bound(self.op, self.number.scaleb(scale), most)


class Length(Struct, frozen=True):
    """The length of a text in characters, or of a list in items: `1..200`."""

    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.least}..{self.most}"


class Field(Struct, frozen=True):
    """One named value of a resource, a type, an action or an event.

    A private field is stored, but in no response and no event.
    """

    name: Name
    type: FieldType
    optional: bool = False
    unique: bool = False
    bound: Bound | None = None
    private: bool = False
    length: Length | None = None

    def __str__(self) -> str:
        """As in the file, after the name: `money? >= 0`."""
        mark = "?" if self.optional else ""
        unique = " unique" if self.unique else ""
        private = " private" if self.private else ""
        bound = f" {self.bound}" if self.bound else ""
        length = f" {self.length}" if self.length else ""
        return f"{self.type}{mark}{unique}{private}{bound}{length}"

    @property
    def carried(self) -> Field:
        """The field in commands and events: without limits, which are checked on input."""
        return Field(self.name, self.type, self.optional)

    def fits(self, wanted: Field) -> bool:
        """Whether this field is accepted where the wanted one is required, and always present."""
        return self.type.fits(wanted.type) and (wanted.optional or not self.optional)


class Setting(Struct, frozen=True):
    """One named value that a service reads from its environment at startup.

    `default` is the value if it is not set; without a default it is required, unless it is optional. A secret
    has no default, because that would be in the repository.
    """

    name: Name
    kind: SettingKind
    optional: bool = False
    bound: Bound | None = None
    length: Length | None = None
    default: str | None = None

    def __str__(self) -> str:
        """As in the file, after the name: `int >= 1 = 5`."""
        default = f" = {self.default}" if self.default is not None else ""
        return f"{self.kind}{'?' if self.optional else ''}{self._limit}{default}"

    @property
    def _limit(self) -> str:
        if self.bound is not None:
            return f" {self.bound}"
        return f" {self.length}" if self.length is not None else ""

    @property
    def required(self) -> bool:
        """Whether a process needs it to start."""
        return self.default is None and not self.optional

    @property
    def made_up(self) -> bool:
        """Whether the first start can generate a value: true for secrets."""
        return self.kind == "secret" and self.required

    @property
    def sample(self) -> str:
        """A value for tests."""
        if self.kind in ("int", "money"):
            return f"{self.bound.nearest:f}" if self.bound else "1"
        if self.kind == "str" and self.length is not None:
            return self.name.human.ljust(self.length.least, "x")[: self.length.most]
        samples = {"bool": "true", "url": "http://localhost:9", "secret": f"{self.name.kebab} of the tests"}
        return samples.get(self.kind, self.name.human)
