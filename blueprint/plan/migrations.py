"""From the table that is stored to the one that the spec wants, without a loss.

A difference that rows on a disk could not follow is a problem. The way out is always the same: a migration
that the user writes, after which the stored table is what is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from blueprint.errors import Problem
from blueprint.plan.standing import Standing, Standings
from blueprint.plan.tables import Column, StoredTable, allows, columns_of, named
from blueprint.spec.model import Service, Spec

_LONGEST = 48


class Migration(Struct, frozen=True):
    """One step of a table.

    `created`: all columns of a new table. `added`: columns that come to it. `rebuilt`: all columns of a table
    that is made anew, since no statement changes what has to change; then `copied` are those that keep their
    values, and `indexes` is what has to be made again.
    """

    name: str
    created: tuple[Column, ...] = ()
    added: tuple[Column, ...] = ()
    rebuilt: tuple[Column, ...] = ()
    copied: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()


def migration_of(service: Service, standing: Standing | None) -> Migration | None:
    """The next migration of the service, if its table has to change and can."""
    if service.resource is None:
        return None
    number = (standing.last_number if standing else 0) + 1
    wanted = columns_of(service)
    if standing is None or standing.table is None:
        return Migration(f"{number:04}_{service.name.snake}", created=wanted)
    stored = standing.table
    added = tuple(column for column in wanted if column.name not in named(stored.columns))
    changed = [column.name for column in stored.columns if _has_to_change(column, named(wanted))]
    if changed:
        return _rebuilding(f"{number:04}_{_title('change', changed)}", wanted, stored)
    return Migration(f"{number:04}_{_title('add', [c.name for c in added])}", added=added) if added else None


def impossible_changes(spec: Spec, service: Service, standings: Standings) -> Iterator[Problem]:
    """What the rows that are stored could not follow, each with a way out."""
    standing = standings.get(service.name)
    if service.resource is None or standing is None or standing.table is None:
        return
    stored = named(standing.table.columns)
    for column in columns_of(service):
        before = stored.get(column.name)
        found = _new_column(column) if before is None else _changed_column(before, column, standing.table)
        if found is not None:
            message, hint = found
            place = spec.marks.place("services", service.name, "resource", column.name)
            yield place.problem("stored-rows", f'"{service.name}" has rows by now: {message}', hint)


def _new_column(column: Column) -> tuple[str, str] | None:
    if column.required and column.default is None:
        return f'none of them has a "{column.name}"', 'make it optional: put a "?" behind its type'
    return None


def _changed_column(before: Column, column: Column, stored: StoredTable) -> tuple[str, str] | None:
    by_hand = f"first write a migration of your own that {{}} the column {column.name}"
    if before.storage != column.storage:
        message = f'"{column.name}" holds {before.storage} there, not {column.storage}'
        return message, "add a field of another name, and " + by_hand.format("fills it from")
    if column.required and not before.required:
        return f'"{column.name}" may be empty there', by_hand.format("fills and restricts")
    if column.unique and not before.unique and column.name not in stored.unique_otherwise:
        return f'"{column.name}" need not be unique there', by_hand.format("makes a unique index for")
    if not allows(column.bound, before.bound):
        return f'"{column.name}" can be out of the new limit there', by_hand.format("restricts")
    return None


def _has_to_change(stored: Column, wanted: dict[str, Column]) -> bool:
    """Whether the column keeps out what the spec lets in; a row comes without what the spec has dropped."""
    column = wanted.get(stored.name)
    if column is None:
        return stored.required and stored.default is None
    is_looser = not allows(stored.bound, column.bound)
    return (stored.required and not column.required) or (stored.unique and not column.unique) or is_looser


def _rebuilding(name: str, wanted: tuple[Column, ...], stored: StoredTable) -> Migration:
    known = named(wanted)
    dropped = tuple(
        column if column.default else replace(column, required=False)
        for column in stored.columns
        if column.name not in known
    )
    copied = tuple(column.name for column in stored.columns)
    return Migration(name, rebuilt=(*wanted, *dropped), copied=copied, indexes=stored.indexes)


def _title(verb: str, names: Iterable[str]) -> str:
    """`add_sku`; of many only the first are named."""
    first, *others = names
    title = "_".join((verb, first, *others))
    if not others or len(title) <= _LONGEST:
        return title
    return f"{verb}_{first}_and_{len(others)}_more"
