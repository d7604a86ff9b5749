"""A value for each field, to show what it looks like. The same spec always gives the same values."""

from __future__ import annotations

from blueprint.spec.model import Bound, Field, FieldType, Spec

_SCALARS = {"bool": True, "time": "2030-01-31T12:00:00Z"}


def sample_of(field: Field, spec: Spec) -> object:
    """A value as it stands in JSON; it is there even where the field may be empty."""
    return _sample_of(field.type, field, spec)


def _sample_of(type_: FieldType, field: Field, spec: Spec) -> object:
    if isinstance(type_.of, FieldType):
        return [_sample_of(type_.of, field, spec)]
    if type_.kind == "type":
        return {inner.name: sample_of(inner, spec) for inner in spec.type(str(type_.of)).fields}
    if type_.kind in ("int", "money"):
        return _number(field.bound) if field.bound else 1
    return _SCALARS.get(type_.kind, field.name.human)


def _number(bound: Bound) -> int:
    """A number that keeps the limit."""
    return bound.number + {">": 1, "<": -1}.get(bound.op, 0)
