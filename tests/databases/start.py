"""Brings a database up to date as a process does when it starts, then runs the statements on stdin.

`start.py PACKAGE URL PROCESS SERVICE...` in the project's environment; prints one JSON object.
"""

import asyncio
import json
import sys
from importlib import import_module

package, url, process, *services = sys.argv[1:]
open_database = import_module(f"{package}.platform.adapters.databases").open_database
migrate = import_module(f"{package}.platform.storage.schema").migrate
Differs = import_module(f"{package}.platform.storage.migration").Differs
import_module(f"{package}.platform.monitoring.telemetry").configure_logging("start")


async def start(statements: list[str]) -> dict[str, object]:
    database = open_database(url, process)
    try:
        await migrate(database, [f"{package}.{each}" for each in ("platform", *services)])
        async with database.begin() as tx:
            return {"answers": [[dict(row) for row in await tx.all(each)] for each in statements]}
    except Differs as error:
        return {"refused": str(error)}
    finally:
        await database.close()


answer = asyncio.run(start(json.load(sys.stdin)))
sys.stdout.write(f"{json.dumps(answer)}\n")
