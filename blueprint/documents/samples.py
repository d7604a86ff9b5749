"""Example values for fields, deterministic for a spec."""

from __future__ import annotations

from msgspec.structs import replace

from blueprint.spec.model import Bound, Field, FieldType, Spec

_SCALARS = {"bool": True, "time": "2030-01-31T12:00:00Z"}


def sample_of(field: Field, spec: Spec) -> object:
    """A JSON value, even for an optional field."""
    return _sample_of(field.type, field, spec)


def _sample_of(type_: FieldType, field: Field, spec: Spec) -> object:
    if isinstance(type_.of, FieldType):
        least = field.length.least if field.length else 1
        return [_sample_of(type_.of, replace(field, length=None), spec)] * max(1, least)
    if type_.kind == "type":
        return {inner.name: sample_of(inner, spec) for inner in spec.type(str(type_.of)).fields}
    if type_.kind in ("int", "money"):
        return _number(field.bound) if field.bound else 1
    return _SCALARS.get(type_.kind, _text(field))


def _text(field: Field) -> str:
    """A text of a valid length."""
    if field.length is None:
        return field.name.human
    return field.name.human.ljust(field.length.least, "x")[: field.length.most]


def _number(bound: Bound) -> int:
    """A number within the limit."""
    return bound.number + {">": 1, "<": -1}.get(bound.op, 0)
