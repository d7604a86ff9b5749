"""Looks for records in a transaction before and after another connection migrates; prints both counts.

`meanwhile.py PACKAGE URL` in the project's environment, on an empty database.
"""

import asyncio
import json
import sys
from contextvars import Context
from importlib import import_module

package, url = sys.argv[1:]
open_database = import_module(f"{package}.platform.adapters.databases").open_database
schema = import_module(f"{package}.platform.storage.schema")


async def look() -> list[int]:
    one, other = open_database(url, package), open_database(url, package)
    try:
        async with one.begin() as tx:
            before = await schema.all_records(tx)
            migrating = schema.migrate(other, [f"{package}.platform"])
            await asyncio.get_running_loop().create_task(migrating, context=Context())
            return [len(before), len(await schema.all_records(tx))]
    finally:
        await one.close()
        await other.close()


sys.stdout.write(json.dumps(asyncio.run(look())))
