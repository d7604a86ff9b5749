"""Drops a rule of a table on which users have built all that SQLite knows, and prints what else has changed.

`loosen.py PACKAGE FOLDER` in the project's environment, with the rule and the world on stdin.
"""

import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

package, folder = sys.argv[1:]
SqliteDatabase = import_module(f"{package}.platform.adapters.sqlite").SqliteDatabase


def dump(database: sqlite3.Connection) -> dict[str, object]:
    """The schema and all rows, with what is worked out of them."""
    schema = {
        f"{kind} {name}": sql
        for kind, name, sql in database.execute(
            "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        )
    }
    tables = [name.split()[1] for name in schema if name.startswith(("table", "view"))]
    rows = {table: database.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall() for table in tables}
    return {"schema": schema, "rows": rows}


def is_taken(database: sqlite3.Connection, statement: str) -> bool:
    try:
        database.execute(statement)
    except sqlite3.IntegrityError:
        return False
    return True


async def loosen(path: Path, case: dict[str, object]) -> dict[str, object]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA foreign_keys = ON")
        for statement in case["world"]:
            other.execute(statement)
        kept_out = [is_taken(other, each) for each in case["lets_in"]]
        before = dump(other)
        database = SqliteDatabase(path)
        async with database.begin_migration(case["script"]) as tx:
            await tx.run_script(case["script"])
        await database.close()
        after = dump(other)  # the connection that was open all the time
        return {
            "before": before,
            "after": after,
            "kept out": kept_out,
            "lets in": [is_taken(other, each) for each in case["lets_in"]],
            "keeps out": [is_taken(other, each) for each in case["keeps_out"]],
            "wrong": [
                *other.execute("PRAGMA foreign_key_check").fetchall(),
                *(row for row in other.execute("PRAGMA integrity_check") if row != ("ok",)),
            ],
        }


async def main() -> None:
    cases = json.load(sys.stdin)
    found = [await loosen(Path(folder) / f"{number}.db", case) for number, case in enumerate(cases)]
    sys.stdout.write(f"{json.dumps(found)}\n")


asyncio.run(main())
