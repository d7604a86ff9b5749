"""Migrates the database of a process, then ends: run it before a new version of the process starts.

    python -m shop.entrypoints.migrate PROCESS

It waits for other processes that migrate, and takes as long as the migrations take. DATABASE_URL comes from the
environment.
"""

import asyncio
import sys

from shop.platform.adapters.databases import open_database
from shop.platform.monitoring import telemetry
from shop.platform.settings import Environment
from shop.platform.storage.schema import migrate_patiently

PROCESSES = {"shop": ("shop", ["shop.users", "shop.products", "shop.orders", "shop.payments"])}
"""Process -> its name and the packages of its services."""


class Settings(Environment):
    database_url: str


async def migrate(process: str) -> None:
    name, packages = PROCESSES[process]
    database = open_database(Settings().database_url, name)
    try:
        await migrate_patiently(database, packages)
    finally:
        await database.close()


if __name__ == "__main__":
    if sys.argv[1:2] == [] or sys.argv[1] not in PROCESSES:
        raise SystemExit(f"name one of these processes: {', '.join(PROCESSES)}")
    telemetry.configure_logging(sys.argv[1])
    asyncio.run(migrate(sys.argv[1]))
