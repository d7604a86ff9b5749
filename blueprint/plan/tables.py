"""The table of a service: what its columns are, by the spec or on the disk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from blueprint.spec.model import Bound, Field, Service

Storage = Literal["TEXT", "BIGINT", "BOOLEAN"]

_NUMBERS = ("int", "money")
_LARGEST = 2**63


class Column(Struct, frozen=True):
    """A column beside `id` and `created_at`. `default` is what a row gets that brings nothing, as SQL.

    `storage` is one of `Storage` where the column follows the spec; on the disk it can be anything.
    """

    name: str
    storage: str
    required: bool = False
    unique: bool = False
    bound: Bound | None = None
    default: str | None = None


class StoredTable(Struct, frozen=True):
    """The table that the migrations of a service come to.

    `unique_otherwise`: columns that an index of the user's keeps unique. `indexes`: the SQL of all indexes
    but those that follow the spec.
    """

    columns: tuple[Column, ...]
    unique_otherwise: frozenset[str] = frozenset()
    indexes: tuple[str, ...] = ()


def columns_of(service: Service) -> tuple[Column, ...]:
    """The columns that the spec asks for, in its order."""
    return tuple(_column(service, field) for field in service.resource or ())


def unique_index(table: str, column: str) -> str:
    """The name of the index that keeps a column unique which came later than its table."""
    return f"{table}_{column}_unique"


def named(columns: Iterable[Column]) -> dict[str, Column]:
    """The columns by name."""
    return {column.name: column for column in columns}


def allows(bound: Bound | None, other: Bound | None) -> bool:
    """Whether every number within the other limit is within this one."""
    least, most = _range(bound)
    other_least, other_most = _range(other)
    return least <= other_least and other_most <= most


def _column(service: Service, field: Field) -> Column:
    is_status = field.name == "status" and field.name in service.managed_fields
    return Column(
        name=field.name.snake,
        storage=_storage(field),
        required=not field.optional,
        unique=field.unique,
        bound=field.bound,
        default="'pending'" if is_status else None,
    )


def _storage(field: Field) -> Storage:
    if field.type.kind in _NUMBERS:
        return "BIGINT"
    return "BOOLEAN" if field.type.kind == "bool" else "TEXT"


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
