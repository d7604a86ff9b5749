"""Compares types: whether values stored as one can be read as another."""

from __future__ import annotations

from collections.abc import Mapping

from blueprint.spec.model import Field, FieldType, TypeDef
from blueprint.spec.values import Bound

Types = Mapping[str, TypeDef]

_AS_TEXT = ("str", "ref")
_LARGEST = 2**63


def reads(old: FieldType, new: FieldType, before: Types, after: Types) -> bool:
    """Whether every value of the old type is a value of the new one.

    `before` and `after` are the old and new entries of `types`. A time is also text. Money and numbers
    are different, and so are ids of different services.
    """
    if isinstance(old.of, FieldType) and isinstance(new.of, FieldType):
        return reads(old.of, new.of, before, after)
    if old.kind == new.kind == "type":
        return _reads_entry(str(old.of), str(new.of), before, after)
    if new.kind == "str":
        return old.kind in (*_AS_TEXT, "time")
    return old == new or (old.kind == "str" and new.kind == "ref")


def reads_field(old: Field, new: Field, before: Types, after: Types) -> bool:
    """Whether every value of one field is a value of the other: type, limit, and optional or not."""
    is_empty_fine = new.optional or not old.optional
    return is_empty_fine and allows(new.bound, old.bound) and reads(old.type, new.type, before, after)


def allows(bound: Bound | None, other: Bound | None) -> bool:
    """Whether every number within the other limit is within this one."""
    least, most = _range(bound)
    other_least, other_most = _range(other)
    return least <= other_least and other_most <= most


def _reads_entry(old: str, new: str, before: Types, after: Types) -> bool:
    """Resolve a removed entry by its current meaning."""
    if old not in before or new not in after:
        return old == new
    known = {field.name: field for field in before[old].fields}
    return all(
        reads_field(known[field.name], field, before, after) if field.name in known else field.optional
        for field in after[new].fields
    )


def _range(bound: Bound | None) -> tuple[int, int]:
    if bound is None:
        return -_LARGEST, _LARGEST
    ranges = {
        ">=": (bound.number, _LARGEST),
        ">": (bound.number + 1, _LARGEST),
        "<=": (-_LARGEST, bound.number),
        "<": (-_LARGEST, bound.number - 1),
        "==": (bound.number, bound.number),
    }
    return ranges[bound.op]
