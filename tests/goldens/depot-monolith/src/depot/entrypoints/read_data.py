"""Prints the content of a process's database as JSON. Read-only.

    python -m depot.entrypoints.read_data PROCESS
    python -m depot.entrypoints.read_data PROCESS TABLE LIMIT OFFSET

The first command prints all tables, the second a page of rows. `blueprint data` hides secrets in this output.
The environment provides DATABASE_URL.
"""

import asyncio
import json
import re
import sys
from typing import Any

from depot.platform.adapters.databases import open_reader
from depot.platform.settings import Environment
from depot.platform.storage.database import Reader
from depot.platform.storage.schema import all_records
from depot.platform.storage.tables import columns_of, table_names

COUNTED = 100_000
"""Maximum number of rows to count."""
CREATES = re.compile(r'\b(?:CREATE\s+(?:TABLE|VIEW)(?:\s+IF\s+NOT\s+EXISTS)?|RENAME\s+TO)\s+"?(\w+)', re.IGNORECASE)


class Settings(Environment):
    database_url: str


async def tables(db: Reader) -> list[dict[str, Any]]:
    """Return each table with its columns, its number of rows, and the service that created it."""
    owners = {name: each.service for each in await all_records(db) for name in CREATES.findall(each.sql)}
    return [
        {
            "table": name,
            "service": owners.get(name),
            "columns": [column.name for column in await columns_of(db, name)],
            "rows": await _count(db, name),
            "counted": COUNTED,
        }
        for name in await table_names(db)
    ]


async def rows(db: Reader, table: str, limit: int, offset: int) -> list[dict[str, Any]]:
    """Return a page of rows in the order of the primary key. Raises LookupError for an unknown table."""
    if table not in await table_names(db):
        raise LookupError(table)
    columns = await columns_of(db, table)
    keys = sorted((column for column in columns if column.key), key=lambda column: column.key)
    order = ", ".join(f'"{column.name}"' for column in keys) or "1"
    sql = f'SELECT * FROM "{table}" ORDER BY {order} LIMIT :limit OFFSET :offset'  # noqa: S608, the name is checked
    return [dict(row) for row in await db.all(sql, limit=limit, offset=offset)]


async def _count(db: Reader, table: str) -> int:
    sql = f'SELECT count(*) AS number FROM (SELECT 1 FROM "{table}" LIMIT :most) AS counted'  # noqa: S608
    row = await db.one(sql, most=COUNTED)
    return int(row["number"]) if row else 0


async def main(process: str, *page: str) -> None:
    async with open_reader(Settings().database_url, process) as db:
        if page:
            table, limit, offset = page
            content = await rows(db, table, int(limit), int(offset))
        else:
            content = await tables(db)
    json.dump(content, sys.stdout, default=_shown)


def _shown(value: Any) -> str:
    return f"({len(value)} bytes)" if isinstance(value, bytes) else str(value)


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except FileNotFoundError:
        json.dump([], sys.stdout)
