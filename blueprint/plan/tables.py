"""The table of a service, from the spec or on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct, field

from blueprint.spec.effects import STATUS
from blueprint.spec.model import Bound, Field, Kind, Service

Storage = Literal["TEXT", "BIGINT", "BOOLEAN", "DOUBLE PRECISION"]

_KEPT_BY_DATABASES = ("sqlite_", "pg_")
_STORAGE: Mapping[Kind, Storage] = {
    "int": "BIGINT",
    "money": "BIGINT",
    "decimal": "BIGINT",
    "float": "DOUBLE PRECISION",
    "bool": "BOOLEAN",
}
"""All others are text."""
_LONGEST = 63
"""Maximum bytes of a name in PostgreSQL."""


class Column(Struct, frozen=True):
    """A column other than `id` and `created_at`. `default` is its default value in SQL.

    `type` is the type in the spec (`list[str]`), empty if unknown. `storage` is
    one of `Storage` for a column of the spec; on disk it can be anything. `bound` is that of what is stored.
    """

    name: str
    type: str
    storage: str
    required: bool = False
    unique: bool = False
    bound: Bound | None = None
    default: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it stores integers."""
        return self.storage == "BIGINT"


class StoredTable(Struct, frozen=True):
    """The table that the migrations of a service create.

    `checks`: the constraint of each column with a limit. `indexes` and `constraints`: the index or
    constraint of each unique column. `unique_otherwise`: columns with a unique index of the user.
    """

    columns: tuple[Column, ...]
    checks: Mapping[str, str] = field(default_factory=dict)
    indexes: Mapping[str, str] = field(default_factory=dict)
    constraints: Mapping[str, str] = field(default_factory=dict)
    unique_otherwise: frozenset[str] = frozenset()


def table_of(service: Service) -> str:
    """The name of the table. Names reserved by databases get an underscore as prefix."""
    name = service.name.snake
    return f"_{name}" if name.startswith(_KEPT_BY_DATABASES) else name


def columns_of(service: Service) -> tuple[Column, ...]:
    """The columns of the spec, in its order."""
    return tuple(_column(service, field) for field in service.resource or ())


def unique_index(table: str, column: str) -> str:
    """The name of the index of a unique column. Names of users have no double underscore."""
    name = f"{table}__{column}__unique"
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def stored_bound(field: Field) -> Bound | None:
    """The limit of what is stored of the field: a decimal is stored as an integer."""
    return field.bound.scaled(field.type.scale) if field.bound is not None else None


def named(columns: Iterable[Column]) -> dict[str, Column]:
    """The columns by name."""
    return {column.name: column for column in columns}


def _column(service: Service, field: Field) -> Column:
    is_kept = field.name == STATUS and service.owns_status
    return Column(
        name=field.name.snake,
        type=str(field.type),
        storage=_STORAGE.get(field.type.kind, "TEXT"),
        required=not field.optional,
        unique=field.unique,
        bound=stored_bound(field),
        default="'pending'" if is_kept else None,
    )
