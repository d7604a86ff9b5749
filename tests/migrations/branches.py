"""Runs pairs of branches on databases that had the one, the other, both or none, and prints where they end.

`branches.py PACKAGE FOLDER` in the project's environment, with the files of each branch on stdin.
"""

import asyncio
import json
import sqlite3
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

import structlog

package, folder = sys.argv[1:]
SqliteDatabase = import_module(f"{package}.platform.adapters.sqlite").SqliteDatabase
schema = import_module(f"{package}.platform.storage.schema")
migration = import_module(f"{package}.platform.storage.migration")
structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def stands(path: Path) -> object:
    """What the database is in the end: each column with its rules, indexes, and all rows."""
    with closing(sqlite3.connect(path)) as database:
        info = "SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info('lamps')"
        columns = sorted(database.execute(info))
        [sql] = database.execute("SELECT sql FROM sqlite_master WHERE name = 'lamps'").fetchone()
        index = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        indexes = sorted(database.execute(index))
        names = ", ".join(f'"{column[0]}"' for column in columns)
        rows = database.execute(f"SELECT {names} FROM lamps ORDER BY id").fetchall()
        return [columns, sorted(word for word in sql.split() if word.endswith('_check"')), indexes, rows]


async def migrated(database: object, files: dict[str, str]) -> bool:
    there = [migration.Migration("lamps", stem, sql) for stem, sql in sorted(files.items())]
    schema.migrations_of = lambda *_: there
    try:
        await schema.migrate(database, ["lamps"])
    except migration.Differs:
        return False
    return True


async def end(path: Path, row: str, *steps: dict[str, str]) -> object:
    """Where a database ends that starts on each of these folders in turn; None where a start is refused."""
    database = SqliteDatabase(path)
    try:
        for number, files in enumerate(steps):
            if not await migrated(database, files):
                return None
            if number == 0:
                async with database.begin() as tx:
                    await tx.execute(row)
    finally:
        await database.close()
        found = stands(path) if path.exists() else None
    return found


async def main() -> None:
    asked = json.load(sys.stdin)
    row, start = asked["row"], asked["start"]
    ends = []
    for number, (a, b) in enumerate(asked["pairs"]):
        one, other, both = {**start, **a}, {**start, **b}, {**start, **a, **b}
        orders = ([start, both], [start, one, both], [start, other, both], [start, one, other, both])
        ends.append(
            [
                await end(Path(folder) / f"{number}-{order}.db", row, *steps)
                for order, steps in enumerate(orders)
            ]
        )
        for file in Path(folder).glob(f"{number}-*"):
            file.unlink()
    sys.stdout.write(f"{json.dumps(ends)}\n")


asyncio.run(main())
