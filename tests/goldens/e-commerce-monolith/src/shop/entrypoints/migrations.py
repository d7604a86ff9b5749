"""Prints the applied migrations of a process as JSON.

    python -m shop.entrypoints.migrations PROCESS

`blueprint migrations fetch` reads the output. The environment provides DATABASE_URL.
"""

import asyncio
import json
import sys

from shop.platform.adapters.databases import open_database
from shop.platform.settings import Environment
from shop.platform.storage.schema import all_records


class Settings(Environment):
    database_url: str


async def ran(url: str, process: str) -> list[dict[str, str]]:
    """Return the service, file name without suffix and text of each migration, in the order in which they ran."""
    database = open_database(url, process)
    try:
        return [{"service": each.service, "stem": each.stem, "sql": each.sql} for each in await all_records(database)]
    finally:
        await database.close()


if __name__ == "__main__":
    json.dump(asyncio.run(ran(Settings().database_url, sys.argv[1])), sys.stdout)
