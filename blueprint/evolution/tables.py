"""Determine the table that migrations produce, by running them on an in-memory database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from typing import cast

from msgspec import Struct

from blueprint.plan.tables import Column, StoredTable, unique_index
from blueprint.spec.model import Bound, Operator
from blueprint.sql.changes import definition_of, run
from blueprint.sql.definitions import Rule, rules
from blueprint.sql.digest import told_types
from blueprint.sql.statements import statements
from blueprint.sql.tokens import code

_OWN_COLUMNS = ("id", "created_at")
_STEPS_OF_A_STATEMENT = 10_000_000
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_CHECK = re.compile(
    rf'CHECK\s*\(\s*"(?P<column>\w+)"\s*'
    rf"(?:(?P<op>>=|>|<=|<|=)\s*(?P<number>{_NUMBER})"
    rf"|BETWEEN\s+(?P<least>{_NUMBER})\s+AND\s+(?P<most>{_NUMBER}))\s*\)"
)
_RENAME = re.compile(r'ALTER TABLE "?(\w+)"? RENAME (?:COLUMN )?"?(\w+)"? TO "?(\w+)"?(?: ;)?', re.IGNORECASE)


class Failure(Struct, frozen=True):
    """A failing statement: the index of its script, and its line from 1."""

    script: int
    line: int
    reason: str


class _Index(Struct, frozen=True):
    name: str
    columns: tuple[str, ...]
    unique: bool


def stored_table(name: str, migrations: Iterable[str]) -> StoredTable | None:
    """The table with this name after these migrations; None if they do not create it.

    Skips statements that fail: the user may have written them for another database.
    """
    with closing(_in_memory()) as database:
        effective = [script for script in migrations if _has_effect(database, script)]
        sql = definition_of(database, name)
        return _table(database, name, sql, _types(name, effective)) if sql else None


def _has_effect(database: sqlite3.Connection, script: str) -> bool:
    """Run the script; returns False if its column already exists, for example after a branch merge."""
    for statement in statements(script):
        try:
            run(database, statement)
        except (sqlite3.Error, sqlite3.Warning) as error:
            if "duplicate column" in str(error):
                return False
    return True


def first_failure(scripts: Iterable[str]) -> Failure | None:
    """The first statement of these scripts, run in order, that fails on an empty SQLite."""
    with closing(_in_memory()) as database:
        for index, script in enumerate(scripts):
            for statement in statements(script):
                try:
                    run(database, statement)
                except (sqlite3.Error, sqlite3.Warning) as error:
                    line = script[: script.index(statement)].count("\n") + 1
                    return Failure(index, line, str(error))
    return None


def _in_memory() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.set_authorizer(_stay_in_memory)
    database.set_progress_handler(lambda: 1, _STEPS_OF_A_STATEMENT)
    return database


def _stay_in_memory(action: int, *_: object) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def _types(table: str, scripts: Iterable[str]) -> Mapping[str, str]:
    """Column types declared in comments; a renamed column keeps its type."""
    types: dict[str, str] = {}
    for script in scripts:
        for statement in statements(script):
            match = _RENAME.fullmatch(" ".join(token.text for token in code(statement)))
            if match and match[1] == table and match[2] in types:
                types[match[3]] = types.pop(match[2])
        types |= told_types(script)
    return types


def _table(database: sqlite3.Connection, name: str, sql: str, types: Mapping[str, str]) -> StoredTable:
    alone = [index for index in _indexes(database, name) if index.unique and len(index.columns) == 1]
    followed = {index.columns[0]: index.name for index in alone if _follows_spec(index, name)}
    constraints = {
        rule.column: rule.name for rule in rules(sql) if rule.kind == "unique" and rule.column is not None
    }
    unique = {*followed, *constraints}
    bounds = {rule.column: (rule.name, bound) for rule in rules(sql) if (bound := _bound(sql, rule))}
    return StoredTable(
        columns=tuple(_columns(database, name, unique, bounds, types)),
        checks={column: constraint for column, (constraint, _) in bounds.items() if column},
        indexes=followed,
        constraints=constraints,
        unique_otherwise=frozenset(index.columns[0] for index in alone) - {*unique, *_OWN_COLUMNS},
    )


def _follows_spec(index: _Index, table: str) -> bool:
    """Whether its name is the current one, or that of earlier versions."""
    [column] = index.columns
    return index.name in (unique_index(table, column), f"{table}_{column}_unique")


def _bound(sql: str, rule: Rule) -> Bound | None:
    match = _CHECK.search(sql, rule.start, rule.end) if rule.kind == "check" else None
    if match is None or match["column"] != rule.column:
        return None
    if match["most"] is not None:
        return Bound("..", Decimal(match["least"]), Decimal(match["most"]))
    return Bound(cast(Operator, "==" if match["op"] == "=" else match["op"]), Decimal(match["number"]))


def _columns(
    database: sqlite3.Connection,
    table: str,
    unique: set[str],
    bounds: Mapping[str | None, tuple[str, Bound]],
    types: Mapping[str, str],
) -> Iterator[Column]:
    rows = database.execute('SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?)', (table,))
    for name, storage, required, default in rows:
        if name not in _OWN_COLUMNS:
            _, bound = bounds.get(name, ("", None))
            yield Column(name, types.get(name, ""), storage, bool(required), name in unique, bound, default)


def _indexes(database: sqlite3.Connection, table: str) -> Iterator[_Index]:
    """Indexes on all rows and plain columns: only these can make a column unique."""
    sql = 'SELECT name, "unique" FROM pragma_index_list(?) WHERE partial = 0 ORDER BY name'
    for name, unique in database.execute(sql, (table,)).fetchall():
        columns = database.execute("SELECT name FROM pragma_index_info(?)", (name,)).fetchall()
        if all(column is not None for (column,) in columns):
            yield _Index(name, tuple(str(column) for (column,) in columns), bool(unique))
