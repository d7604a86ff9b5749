"""The table that migrations come to, found by running them on an empty database in memory."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from typing import cast

from msgspec import Struct

from blueprint.plan.tables import Column, StoredTable, unique_index
from blueprint.spec.model import Bound, Operator

_OWN_COLUMNS = ("id", "created_at")
_STEPS_OF_A_STATEMENT = 10_000_000


class _Index(Struct, frozen=True):
    """An index, or a constraint that the database keeps by one: then it has no SQL of its own."""

    name: str
    columns: tuple[str, ...]
    unique: bool
    sql: str | None

    def follows_spec(self, table: str) -> bool:
        return self.sql is None or self.name in {unique_index(table, column) for column in self.columns}


def stored_table(name: str, migrations: Iterable[str]) -> StoredTable | None:
    """The table of this name after these migrations; None where they make none.

    A statement that only another database takes is left out: it may be one of the user's.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.set_authorizer(_stay_in_memory)
        database.set_progress_handler(lambda: 1, _STEPS_OF_A_STATEMENT)
        for statement in (each for text in migrations for each in text.split(";\n")):
            with suppress(sqlite3.Error):
                database.execute(statement)
        found = database.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)
        ).fetchone()
        return _table(database, name, found[0]) if found else None


def _stay_in_memory(action: int, *_: object) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def _table(database: sqlite3.Connection, name: str, sql: str) -> StoredTable:
    indexes = list(_indexes(database, name))
    alone = [index for index in indexes if index.unique and len(index.columns) == 1]
    followed = {index.columns[0] for index in alone if index.follows_spec(name)}
    return StoredTable(
        columns=tuple(_columns(database, name, sql, followed)),
        unique_otherwise=frozenset(index.columns[0] for index in alone) - followed,
        indexes=tuple(index.sql for index in indexes if index.sql and not index.follows_spec(name)),
    )


def _columns(database: sqlite3.Connection, table: str, sql: str, unique: set[str]) -> Iterator[Column]:
    rows = database.execute('SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?)', (table,))
    for name, storage, required, default in rows:
        if name not in _OWN_COLUMNS:
            yield Column(name, storage, bool(required), name in unique, _bound(name, sql), default)


def _bound(column: str, sql: str) -> Bound | None:
    found = re.search(rf'CHECK \("{re.escape(column)}" (>=|>|<=|<|=) (-?[0-9]+)\)', sql)
    if found is None:
        return None
    return Bound(cast(Operator, "==" if found[1] == "=" else found[1]), int(found[2]))


def _indexes(database: sqlite3.Connection, table: str) -> Iterator[_Index]:
    listed = database.execute('SELECT name, "unique" FROM pragma_index_list(?) ORDER BY name', (table,))
    for name, unique in listed.fetchall():
        columns = database.execute("SELECT name FROM pragma_index_info(?)", (name,)).fetchall()
        sql = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        yield _Index(name, tuple(str(row[0]) for row in columns), bool(unique), sql[0] if sql else None)
