"""Prints what the database of a process holds, as JSON. It only reads.

    python -m shop.entrypoints.read_data PROCESS
    python -m shop.entrypoints.read_data PROCESS TABLE LIMIT OFFSET

The first prints all tables, the second a page of rows. `blueprint data` shows them without secrets; this program does
not hide any. DATABASE_URL comes from the environment.
"""

import asyncio
import json
import re
import sys
from typing import Any

from shop.platform.adapters.databases import open_reader
from shop.platform.settings import Environment
from shop.platform.storage.database import Reader
from shop.platform.storage.schema import all_records
from shop.platform.storage.tables import columns_of, table_names

COUNTED = 100_000
"""Rows beyond which a table is not counted."""
CREATES = re.compile(r'\b(?:CREATE\s+(?:TABLE|VIEW)(?:\s+IF\s+NOT\s+EXISTS)?|RENAME\s+TO)\s+"?(\w+)', re.IGNORECASE)


class Settings(Environment):
    database_url: str


async def tables(db: Reader) -> list[dict[str, Any]]:
    """Each with its columns, the number of its rows, and the service whose migrations made it."""
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
    """In the order of the primary key; LookupError where there is no such table."""
    if table not in await table_names(db):
        raise LookupError(table)
    columns = await columns_of(db, table)
    keys = sorted((column for column in columns if column.key), key=lambda column: column.key)
    order = ", ".join(f'"{column.name}"' for column in keys) or "1"
    sql = f'SELECT * FROM "{table}" ORDER BY {order} LIMIT :limit OFFSET :offset'  # noqa: S608, a name that is there
    return [dict(row) for row in await db.all(sql, limit=limit, offset=offset)]


async def _count(db: Reader, table: str) -> int:
    sql = f'SELECT count(*) AS number FROM (SELECT 1 FROM "{table}" LIMIT :most) AS counted'  # noqa: S608
    row = await db.one(sql, most=COUNTED)
    return int(row["number"]) if row else 0


async def main(process: str, *page: str) -> None:
    async with open_reader(Settings().database_url, process) as db:
        if page:
            table, limit, offset = page
            found = await rows(db, table, int(limit), int(offset))
        else:
            found = await tables(db)
    json.dump(found, sys.stdout, default=_shown)


def _shown(value: Any) -> str:
    return f"({len(value)} bytes)" if isinstance(value, bytes) else str(value)


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except FileNotFoundError:
        json.dump([], sys.stdout)
