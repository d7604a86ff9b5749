"""Waits for what happens in the background."""

import asyncio
from collections.abc import Awaitable, Callable

from acme.platform.storage.database import Reader


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    """Raises TimeoutError where it does not come true within seconds."""
    async with asyncio.timeout(20):
        while True:
            if await check():
                return
            await asyncio.sleep(0.002)


async def rest(db: Reader) -> None:
    """Wait until every task is done or dead."""

    async def nothing_waits() -> bool:
        return not await db.all("SELECT 1 FROM _tasks WHERE status = 'waiting'")

    await eventually(nothing_waits)


async def statuses(db: Reader) -> list[tuple[str, str]]:
    """Key and status of each task, in order."""
    return [
        (row["key"], row["status"]) for row in await db.all("SELECT key, status FROM _tasks ORDER BY seq")
    ]
