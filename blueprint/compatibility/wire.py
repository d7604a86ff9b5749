"""The JSON representation of values, which two specs have to agree on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

from blueprint.spec.model import Bound, Field, FieldType, Kind, Spec

_ALIKE: Mapping[Kind, str] = {"str": "text", "ref": "text", "int": "number", "money": "number"}
"""Types with the same values in JSON."""


class Wire(Struct, frozen=True):
    """A value in JSON. `lowest` and `highest` are those of a number, `of` the element of a list."""

    form: str
    of: Wire | None = None
    fields: tuple[Part, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None


class Part(Struct, frozen=True):
    """A named value of an object; `written` is how its spec describes it."""

    name: str
    written: str
    optional: bool
    wire: Wire


def wire_of(spec: Spec, fields: Iterable[Field]) -> Wire:
    """An object with these fields."""
    return Wire("object", fields=tuple(_parts(spec, fields)))


def type_on_wire(spec: Spec, type_: FieldType) -> Wire:
    """A value of this type."""
    return _wire(spec, type_, None)


def _parts(spec: Spec, fields: Iterable[Field]) -> Iterator[Part]:
    for field in fields:
        yield Part(field.name, str(field), field.optional, _wire(spec, field.type, field.bound))


def _wire(spec: Spec, type_: FieldType, bound: Bound | None) -> Wire:
    if isinstance(type_.of, FieldType):
        return Wire("list", of=_wire(spec, type_.of, None))
    if type_.kind == "type":
        return wire_of(spec, spec.type(str(type_.of)).fields)
    if bound is not None and type_.is_whole:
        bound = bound.of_integers
    lowest, highest = (bound.least, bound.highest) if bound else (None, None)
    return Wire(_ALIKE.get(type_.kind, str(type_)), lowest=lowest, highest=highest)
