"""Drop rules of empty tables, for which SQLite has a statement only since 3.53."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from blueprint.sql.definitions import Rule, rules, table_name, without
from blueprint.sql.tokens import code

_NAME = r'(?P<{}>"(?:[^"]|"")+"|\w+)'
_DROP_NOT_NULL = re.compile(
    rf"ALTER TABLE {_NAME.format('table')} ALTER (?:COLUMN )?{_NAME.format('column')} DROP NOT NULL(?: ;)?",
    re.IGNORECASE,
)
_DROP_CONSTRAINT = re.compile(
    rf"ALTER TABLE {_NAME.format('table')} DROP CONSTRAINT (?P<if>IF EXISTS )?{_NAME.format('rule')}(?: ;)?",
    re.IGNORECASE,
)


def run(database: sqlite3.Connection, statement: str) -> None:
    """Run a statement of a migration. Raises sqlite3.Error."""
    words = " ".join(token.text for token in code(statement))
    if match := _DROP_NOT_NULL.fullmatch(words):
        column = _name(match["column"])
        _drop(database, match["table"], lambda rule: (rule.kind, rule.column) == ("not null", column))
    elif match := _DROP_CONSTRAINT.fullmatch(words):
        name = _name(match["rule"])
        was_there = _drop(database, match["table"], lambda rule: rule.name == name)
        if not (was_there or match["if"]):
            raise sqlite3.OperationalError(f"no such constraint: {name}")
    else:
        database.execute(statement)


def definition_of(database: sqlite3.Connection, table: str) -> str | None:
    """The statement that creates the current table."""
    sql = "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = ?"
    row = database.execute(sql, (table.lower(),)).fetchone()
    return str(row[0]) if row else None


def _name(text: str) -> str:
    return code(text)[0].name


def _drop(database: sqlite3.Connection, table: str, is_meant: Callable[[Rule], bool]) -> bool:
    """Recreate the empty table without the first matching rule."""
    sql = definition_of(database, _name(table))
    if sql is None:
        raise sqlite3.OperationalError(f"no such table: {_name(table)}")
    rule = next(filter(is_meant, rules(sql)), None)
    if rule is not None:
        _make_anew(database, _name(table), without(sql, rule))
    return rule is not None


def _make_anew(database: sqlite3.Connection, table: str, sql: str) -> None:
    kept = database.execute(
        "SELECT sql FROM sqlite_master WHERE lower(tbl_name) = ? AND type <> 'table' AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    name = table_name(sql)
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("PRAGMA legacy_alter_table = ON")
    database.execute(f'{sql[: name.start]}"_new"{sql[name.end :]}')
    database.execute(f'DROP TABLE "{table}"')
    database.execute(f'ALTER TABLE "_new" RENAME TO {name.text}')
    database.execute("PRAGMA legacy_alter_table = OFF")
    for (more,) in kept:
        database.execute(more)
