"""The table of a service: what its columns are, by the spec or on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct, field

from blueprint.spec.effects import STATUS
from blueprint.spec.model import Bound, Field, Service

Storage = Literal["TEXT", "BIGINT", "BOOLEAN"]

_KEPT_BY_DATABASES = ("sqlite_", "pg_")
_NUMBERS = ("int", "money")
_LONGEST = 63
"""Bytes of a name in PostgreSQL."""


class Column(Struct, frozen=True):
    """A column beside `id` and `created_at`. `default` is what a row gets that brings nothing, as SQL.

    `type` is that of the spec (`list[str]`), empty where a column on the disk does not tell it. `storage` is
    one of `Storage` where the column follows the spec; on the disk it can be anything.
    """

    name: str
    type: str
    storage: str
    required: bool = False
    unique: bool = False
    bound: Bound | None = None
    default: str | None = None


class StoredTable(Struct, frozen=True):
    """The table that the migrations of a service come to.

    `checks`: the constraint that keeps a column within its bound. `indexes`: the index, `constraints`: the
    constraint that keeps a column unique. `unique_otherwise`: columns that an index of the user's keeps so.
    """

    columns: tuple[Column, ...]
    checks: Mapping[str, str] = field(default_factory=dict)
    indexes: Mapping[str, str] = field(default_factory=dict)
    constraints: Mapping[str, str] = field(default_factory=dict)
    unique_otherwise: frozenset[str] = frozenset()


def table_of(service: Service) -> str:
    """The name of the table. What databases keep for themselves gets an underscore before it."""
    name = service.name.snake
    return f"_{name}" if name.startswith(_KEPT_BY_DATABASES) else name


def columns_of(service: Service) -> tuple[Column, ...]:
    """The columns that the spec asks for, in its order."""
    return tuple(_column(service, field) for field in service.resource or ())


def unique_index(table: str, column: str) -> str:
    """The name of the index that keeps a column unique; no name of a user's has two underscores in a row."""
    name = f"{table}__{column}__unique"
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def named(columns: Iterable[Column]) -> dict[str, Column]:
    """The columns by name."""
    return {column.name: column for column in columns}


def _column(service: Service, field: Field) -> Column:
    is_kept = field.name == STATUS and service.owns_status
    return Column(
        name=field.name.snake,
        type=str(field.type),
        storage=_storage(field),
        required=not field.optional,
        unique=field.unique,
        bound=field.bound,
        default="'pending'" if is_kept else None,
    )


def _storage(field: Field) -> Storage:
    if field.type.kind in _NUMBERS:
        return "BIGINT"
    return "BOOLEAN" if field.type.kind == "bool" else "TEXT"
