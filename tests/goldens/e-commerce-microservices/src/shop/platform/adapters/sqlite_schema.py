"""Drops constraints with the statements of PostgreSQL. SQLite supports some of them since 3.53.

Otherwise NOT NULL and CHECK are removed by editing the stored definition, as the documentation of SQLite describes for
changes that do not affect the content. UNIQUE has an index, so the table is rebuilt in the twelve documented steps.
"""

import re
import sqlite3
import sys
from collections.abc import Callable

from shop.platform.adapters.sqlite_definitions import Rule, rules, table_name, without
from shop.platform.storage.sql import code, statements

NAME = r'(?P<{}>"(?:[^"]|"")+"|\w+)'
DROP_NOT_NULL = re.compile(
    rf"ALTER TABLE {NAME.format('table')} ALTER (?:COLUMN )?{NAME.format('column')} DROP NOT NULL(?: ;)?", re.IGNORECASE
)
DROP_CONSTRAINT = re.compile(
    rf"ALTER TABLE {NAME.format('table')} DROP CONSTRAINT (?P<if>IF EXISTS )?{NAME.format('rule')}(?: ;)?",
    re.IGNORECASE,
)
NATIVE = (3, 53)
"""First version of SQLite that drops named constraints."""
REFERENCES_OFF = re.compile(r"PRAGMA foreign_keys = (?:OFF|0|FALSE|NO)(?: ;)?", re.IGNORECASE)


def change(connection: sqlite3.Connection, statement: str) -> bool:
    """Run the statement if it drops a constraint. Returns whether it does. Raises sqlite3 errors."""
    words = _words(statement)
    if match := DROP_NOT_NULL.fullmatch(words):
        column = _name(match["column"])
        _drop(connection, _name(match["table"]), lambda rule: (rule.kind, rule.column) == ("not null", column))
    elif match := DROP_CONSTRAINT.fullmatch(words):
        name = _name(match["rule"])
        was_there = _drop(connection, _name(match["table"]), lambda rule: rule.name == name)
        if not (was_there or match["if"]):
            raise sqlite3.OperationalError(f"no such constraint: {name}")
    return match is not None


def turns_references_off(statement: str) -> bool:
    return REFERENCES_OFF.fullmatch(_words(statement)) is not None


def rebuilds_table(connection: sqlite3.Connection, script: str) -> bool:
    """Return whether the script rebuilds a table, which requires foreign keys to be off."""
    parts = list(statements(script))
    drops = [match for each in parts if (match := DROP_CONSTRAINT.fullmatch(_words(each)))]
    return any(map(turns_references_off, parts[:1])) or any(
        rule.kind == "unique" and rule.name == _name(match["rule"])
        for match in drops
        for rule in rules(_definition(connection, _name(match["table"])))
    )


def broken_reference(connection: sqlite3.Connection) -> str | None:
    """Return a table with a dangling reference."""
    row = connection.execute("PRAGMA foreign_key_check").fetchone()
    return row["table"] if row else None


def _words(statement: str) -> str:
    return " ".join(token.text for token in code(statement))


def _name(text: str) -> str:
    return code(text)[0].name


def _definition(connection: sqlite3.Connection, table: str) -> str:
    """Return the CREATE TABLE statement, or an empty string."""
    sql = "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = ?"
    row = connection.execute(sql, (table,)).fetchone()
    return str(row["sql"]) if row else ""


def _drop(connection: sqlite3.Connection, table: str, matches: Callable[[Rule], bool]) -> bool:
    """Drop the first matching constraint. Returns whether there is one."""
    sql = _definition(connection, table)
    if not sql:
        raise sqlite3.OperationalError(f"no such table: {table}")
    rule = next(filter(matches, rules(sql)), None)
    if rule is None:
        return False
    if rule.kind == "unique":
        _rebuild(connection, table, without(sql, rule))
    elif sqlite3.sqlite_version_info < NATIVE:
        _edit(connection, table, sql, without(sql, rule))
    elif rule.kind == "not null":
        connection.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{rule.column}" DROP NOT NULL')
    elif rule.written:
        connection.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{rule.name}"')
    else:
        _edit(connection, table, sql, without(sql, rule))
    return True


def _edit(connection: sqlite3.Connection, table: str, sql: str, changed: str) -> None:
    before = _columns(connection, table)
    if sys.version_info >= (3, 12):  # some builds forbid edits by default
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)
    version = connection.execute("PRAGMA schema_version").fetchone()["schema_version"]
    connection.execute("PRAGMA writable_schema = ON")
    try:
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND sql = ?", (changed, sql))
        connection.execute(f"PRAGMA schema_version = {version + 1}")  # other connections reload the schema
    finally:
        connection.execute("PRAGMA writable_schema = RESET")
    if _definition(connection, table) != changed or _columns(connection, table) != before:
        raise sqlite3.OperationalError(f"the definition of {table} could not be edited")


def _columns(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    """Return all properties of the columns except NOT NULL."""
    sql = "SELECT name, type, dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid"
    return [tuple(row.values()) for row in connection.execute(sql, (table,))]


def _rebuild(connection: sqlite3.Connection, table: str, changed: str) -> None:
    name = table_name(changed)
    dependents = connection.execute(
        "SELECT sql FROM sqlite_master WHERE lower(tbl_name) = ? AND type <> 'table' AND sql IS NOT NULL", (table,)
    ).fetchall()
    stored = [f'"{column[0]}"' for column in _columns(connection, table) if column[4] == 0]
    columns = ", ".join(["rowid", *stored] if _has_rowid(connection, table) else stored)
    connection.execute(f'{changed[: name.start]}"_new_{table}"{changed[name.end :]}')
    connection.execute(f'INSERT INTO "_new_{table}" ({columns}) SELECT {columns} FROM "{table}"')
    connection.execute(f'DROP TABLE "{table}"')
    connection.execute("PRAGMA legacy_alter_table = ON")  # otherwise views and triggers prevent the rename
    try:
        connection.execute(f'ALTER TABLE "_new_{table}" RENAME TO {name.text}')
    finally:
        connection.execute("PRAGMA legacy_alter_table = OFF")
    for row in dependents:
        connection.execute(row["sql"])


def _has_rowid(connection: sqlite3.Connection, table: str) -> bool:
    try:
        connection.execute(f'SELECT rowid FROM "{table}" LIMIT 0')
    except sqlite3.OperationalError:
        return False
    return True
