"""Reads all rows of all services by the project's own code: `read_all.py PACKAGE URL PROCESS SERVICE...`.

Prints, for each service, the values of its field `value`, and what cannot be read.
"""

import asyncio
import json
import sys
from importlib import import_module

package, url, process, *services = sys.argv[1:]
open_database = import_module(f"{package}.platform.adapters.databases").open_database
Cursor = import_module(f"{package}.platform.http.pages").Cursor
import_module(f"{package}.platform.monitoring.telemetry").configure_logging("read")


async def read() -> dict[str, object]:
    database = open_database(url, process)
    found = {}
    try:
        for service in services:
            table = getattr(import_module(f"{package}.{service}.resource"), service)
            page = await table.page(database, Cursor(limit=100))
            rows = [json.loads(item.model_dump_json())["value"] for item in page.items]
            found[service] = {"rows": rows, "unreadable": [str(error) for error in page.unreadable]}
    finally:
        await database.close()
    return found


sys.stdout.write(f"{json.dumps(asyncio.run(read()))}\n")
