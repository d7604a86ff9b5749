"""Example values for fields, deterministic for a spec."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from blueprint.spec.fields import fits_digits
from blueprint.spec.model import Field, FieldType, Spec

_SCALARS: dict[str, object] = {
    "bool": True,
    "time": "2030-01-31T12:00:00Z",
    "date": "2030-01-31",
    "uuid": "2f1e9c52-7c1d-4d0e-9a55-0f4d1b8c6a3e",
    "email": "ada@example.com",
    "url": "https://example.com",
    "json": {"key": "value"},
}


def sample_of(field: Field, spec: Spec) -> object:
    """A JSON value, even for an optional field."""
    return _sample_of(field.type, field, spec)


def scalar_sample(field: Field, type_: FieldType, *, plenty: bool = False) -> object:
    """A JSON value of the type, which is that of the field or of the elements of its list.

    `plenty`: of a number that can be 0 or less, there are 10, so that other rules can take some.
    """
    if not type_.is_number:
        return _SCALARS.get(type_.kind, _text(field))
    number = _number(field, type_, plenty)
    if type_.kind == "decimal":
        return f"{number:.{type_.scale}f}"
    return int(number) if type_.is_whole else float(number)


def _sample_of(type_: FieldType, field: Field, spec: Spec) -> object:
    if isinstance(type_.of, FieldType):
        least = field.length.least if field.length else 1
        return [_sample_of(type_.of, replace(field, length=None), spec)] * max(1, least)
    if type_.kind == "type":
        return {inner.name: sample_of(inner, spec) for inner in spec.type(str(type_.of)).fields}
    return scalar_sample(field, type_)


def _text(field: Field) -> str:
    """A text of a valid length."""
    if field.length is None:
        return field.name.human
    return field.name.human.ljust(field.length.least, "x")[: field.length.most]


def _number(field: Field, type_: FieldType, plenty: bool) -> Decimal:
    """A number within the limit of the field, and with the digits of its type."""
    bound = field.bound
    usual = Decimal(1) if type_.is_whole else Decimal("1.5")
    wanted = [Decimal(10)] if plenty and bound and bound.op in (">=", ">", "..") and bound.number <= 0 else []
    wanted += [bound.nearest, bound.number + _unit(bound.op, type_)] if bound else [usual]
    wanted += [Decimal(1), Decimal(0), _unit("", type_)]
    return next(each for each in wanted if _is_valid(each, field, type_))


def _unit(op: str, type_: FieldType) -> Decimal:
    """The smallest step of a decimal, towards the numbers within a limit."""
    unit = Decimal(1).scaleb(-type_.scale)
    return -unit if op == "<" else unit


def _is_valid(number: Decimal, field: Field, type_: FieldType) -> bool:
    within = field.bound is None or field.bound.allows(number)
    return within and (type_.kind != "decimal" or fits_digits(number, type_))
