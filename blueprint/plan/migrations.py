"""Plan migrations from the stored table to the one in the spec, without loss.

Each migration changes one thing by name, and tables are never rebuilt: so the changes of two branches
can run in any order, and the user's additions to a table stay. A difference that existing rows cannot follow
is a problem, which the user solves with a migration that produces the table in the spec.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from blueprint.errors import Problem
from blueprint.plan.disk_state import DiskState, DiskStates
from blueprint.plan.tables import Column, StoredTable, columns_of, named, table_of, unique_index
from blueprint.spec.fields import field_of
from blueprint.spec.model import Bound, Service, Spec, TypeDef
from blueprint.spec.names import Name
from blueprint.spec.reading import allows, reads
from blueprint.spec.types import LATER_KINDS, own_type
from blueprint.sql.definitions import implied_name
from blueprint.sql.digest import SHORT, digest

_ID = '"id" TEXT PRIMARY KEY'
_CREATED_AT = '"created_at" TEXT NOT NULL'


class Migration(Struct, frozen=True):
    """An SQL file. Its name ends in its digest, so that equal names have equal contents."""

    name: str
    sql: str


def migrations_of(service: Service, disk_state: DiskState | None) -> Iterator[Migration]:
    """The migrations that the table of the service lacks, one for each change.

    They have the same number, as they are independent: the same change in two branches is one file.
    """
    if service.resource is None:
        return
    number = (disk_state.last_number if disk_state else 0) + 1
    for title, sql in _changes(service, disk_state):
        yield Migration(f"{number:04}_{title}_{digest(sql)[:SHORT]}", sql)


def impossible_changes(spec: Spec, service: Service, disk_states: DiskStates) -> Iterator[Problem]:
    """Changes that stored rows cannot follow, each with a solution."""
    disk_state = disk_states.get(service.name)
    if disk_state is None or disk_state.table is None:
        return
    stored, wanted = named(disk_state.table.columns), columns_of(service)
    dropped = [column for column in disk_state.table.columns if column.name not in named(wanted)]
    for column in wanted:
        before = stored.get(column.name)
        if before is None:
            found = _new_column(table_of(service), column, dropped)
        else:
            found = _changed_column(spec, disk_state, before, column)
        if found is not None:
            message, hint = found
            location = spec.marks.location("services", service.name, "resource", column.name)
            yield location.problem("stored-rows", f'"{service.name}" can have rows by now: {message}', hint)


def _changes(service: Service, disk_state: DiskState | None) -> Iterator[tuple[str, str]]:
    """Yield the title and SQL of each change."""
    table, wanted = table_of(service), columns_of(service)
    if disk_state is None or disk_state.table is None:
        yield service.name.snake, _created(table, wanted)
        return
    stored = disk_state.table
    for column in wanted:
        if column.name not in named(stored.columns):
            yield f"add_{column.name}", _added(table, column)
    for column in stored.columns:
        yield from _loosened(table, column, named(wanted).get(column.name), stored)


def _created(table: str, columns: tuple[Column, ...]) -> str:
    lines = [(_ID, ""), (_CREATED_AT, "")]
    lines += [(_definition(table, column), f" {_type(column)}") for column in columns]
    commas = [","] * (len(lines) - 1) + [""]
    body = "\n".join(f"  {text}{comma}{told}" for (text, told), comma in zip(lines, commas, strict=True))
    indexes = "".join(_unique(table, column) for column in columns)
    return f'CREATE TABLE "{table}" (\n{body}\n);\n{indexes}'


def _added(table: str, column: Column) -> str:
    definition = _definition(table, column)
    return f'ALTER TABLE "{table}" ADD COLUMN {definition}; {_type(column)}\n{_unique(table, column)}'


def _definition(table: str, column: Column) -> str:
    parts = [f'"{column.name}" {column.storage}']
    parts += ["NOT NULL"] if column.required else []
    parts += [f"DEFAULT {column.default}"] if column.default else []
    if column.bound:
        name = implied_name(table, column.name, "check")
        parts.append(f'CONSTRAINT "{name}" CHECK ("{column.name}" {_condition(column.bound)})')
    return " ".join(parts)


def _condition(bound: Bound) -> str:
    if bound.most is not None:
        return f"BETWEEN {bound.number:f} AND {bound.most:f}"
    return f"{'=' if bound.op == '==' else bound.op} {bound.number:f}"


def _type(column: Column) -> str:
    return f"-- type {column.name}: {column.type}"


def _unique(table: str, column: Column) -> str:
    if not column.unique:
        return ""
    return f'CREATE UNIQUE INDEX "{unique_index(table, column.name)}" ON "{table}" ("{column.name}");\n'


def _loosened(
    table: str, stored: Column, wanted: Column | None, known: StoredTable
) -> Iterator[tuple[str, str]]:
    """Yield changes that drop obsolete constraints, including NOT NULL of removed fields."""
    name, alter = stored.name, f'ALTER TABLE "{table}"'
    is_given = wanted.required if wanted else stored.default is not None
    if stored.required and not is_given:
        yield f"drop_not_null_{name}", f'{alter} ALTER COLUMN "{name}" DROP NOT NULL;\n'
    if wanted and name in known.checks and not allows(stored.bound, wanted.bound, whole=wanted.is_whole):
        yield f"drop_check_{name}", f'{alter} DROP CONSTRAINT IF EXISTS "{known.checks[name]}";\n'
    if wanted and stored.unique and not wanted.unique:
        index = known.indexes.get(name)
        constraint = f'{alter} DROP CONSTRAINT IF EXISTS "{known.constraints.get(name)}";\n'
        yield f"drop_unique_{name}", f'DROP INDEX IF EXISTS "{index}";\n' if index else constraint


def _new_column(table: str, column: Column, dropped: Iterable[Column]) -> tuple[str, str] | None:
    """`dropped` are the columns that are no longer in the spec, one of which may have been renamed."""
    if not column.required or column.default is not None:
        return None
    hint = 'make it optional: add a "?" after its type'
    for old in dropped:
        if old.required and (old.storage, old.type) == (column.storage, column.type):
            rename = f'ALTER TABLE "{table}" RENAME COLUMN "{old.name}" TO "{column.name}";'
            hint += f"; or, if this was {old.name}, first write a migration of your own: {rename}"
            break
    return f'none of them has a "{column.name}"', hint


def _changed_column(
    spec: Spec, disk_state: DiskState, before: Column, column: Column
) -> tuple[str, str] | None:
    by_hand = f"first write a migration of your own that {{}} the column {column.name}"
    if not _is_readable(spec, disk_state, before, column):
        message = f'"{column.name}" holds {before.type or before.storage} there, not {column.type}'
        convert = f"or one that converts it and says `{_type(column)}`"
        return message, f"add a field of another name, and {by_hand.format('fills it from')}, {convert}"
    if column.required and not before.required:
        return f'"{column.name}" may be empty there', by_hand.format("fills and restricts")
    if not allows(column.bound, _kept_bound(disk_state, before), whole=column.is_whole):
        return f'"{column.name}" can be out of the new limit there', by_hand.format("restricts")
    return _changed_uniqueness(disk_state, before, column, by_hand)


def _changed_uniqueness(
    disk_state: DiskState, before: Column, column: Column, by_hand: str
) -> tuple[str, str] | None:
    """Unique indexes of the user are never dropped."""
    is_by_theirs = disk_state.table is not None and column.name in disk_state.table.unique_otherwise
    if column.unique and not (before.unique or is_by_theirs):
        return f'"{column.name}" need not be unique there', by_hand.format("makes a unique index for")
    if column.name in disk_state.unique and is_by_theirs and not column.unique:
        return f'"{column.name}" is kept unique by your own index', by_hand.format("drops the index on")
    return None


def _kept_bound(disk_state: DiskState, before: Column) -> Bound | None:
    """The limit of stored values: from the database, or from the previous spec."""
    if before.bound is not None:
        return before.bound
    return disk_state.bounds.get(before.name)


def _is_readable(spec: Spec, disk_state: DiskState, before: Column, column: Column) -> bool:
    if before.storage != column.storage:
        return False
    old, new = (field_of(Name(column.name), each.type) for each in (before, column))
    if isinstance(old, Problem) or isinstance(new, Problem):
        return not before.type
    known, types = _by_name(disk_state.types), _by_name(spec.types)
    return reads(own_type(old.type, _own(known)), own_type(new.type, _own(types)), known, types)


def _own(types: Mapping[str, TypeDef]) -> frozenset[str]:
    return LATER_KINDS & types.keys()


def _by_name(types: tuple[TypeDef, ...]) -> dict[str, TypeDef]:
    return {str(each.name): each for each in types}
