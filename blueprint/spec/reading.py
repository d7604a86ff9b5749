"""Compares types: whether values stored as one can be read as another."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from blueprint.spec.model import Field, FieldType, TypeDef
from blueprint.spec.values import Bound

Types = Mapping[str, TypeDef]

_ALSO_TEXT = ("time", "date", "uuid")


def reads(old: FieldType, new: FieldType, before: Types, after: Types) -> bool:
    """Whether every value of the old type is a value of the new one.

    `before` and `after` are the old and new entries of `types`. A time is also text, and money can get a
    currency. Money and numbers are different, and so are ids of different services.
    """
    if isinstance(old.of, FieldType) and isinstance(new.of, FieldType):
        return reads(old.of, new.of, before, after)
    if old.kind == new.kind == "type":
        return _reads_entry(str(old.of), str(new.of), before, after)
    if new.kind == "str":
        return old.is_text or old.kind in _ALSO_TEXT
    if new.kind == "json":
        return old.kind in ("json", "list", "type")
    if old.kind == new.kind == "decimal":
        return old.scale == new.scale and old.precision <= new.precision
    if old.kind == new.kind == "money":
        return old.currency in (None, new.currency)
    return old == new or (old.kind, new.kind) in (("str", "ref"), ("int", "float"))


def reads_field(old: Field, new: Field, before: Types, after: Types) -> bool:
    """Whether every value of one field is a value of the other: type, limit, and optional or not."""
    is_empty_fine = new.optional or not old.optional
    is_within = allows(new.bound, old.bound, whole=new.type.is_whole)
    return is_empty_fine and is_within and reads(old.type, new.type, before, after)


def allows(bound: Bound | None, other: Bound | None, *, whole: bool) -> bool:
    """Whether every number within the other limit is within this one; `whole`: of integers."""
    least, most = _range(bound, whole)
    other_least, other_most = _range(other, whole)
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


def _range(bound: Bound | None, whole: bool) -> tuple[tuple[Decimal, int], tuple[Decimal, int]]:
    """The ends of the limit, each with a second number for one that is not a value itself."""
    if bound is None:
        return (-_INFINITE, 0), (_INFINITE, 0)
    bound = bound.of_integers if whole else bound
    least = -_INFINITE if bound.least is None else bound.least
    most = _INFINITE if bound.highest is None else bound.highest
    return (least, int(bound.op == ">")), (most, -int(bound.op == "<"))


_INFINITE = Decimal("Infinity")
