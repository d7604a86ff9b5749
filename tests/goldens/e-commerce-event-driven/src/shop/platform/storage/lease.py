"""A lease: only one of the processes on a database holds it at a time."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import uuid4

from shop.platform.storage.clock import TOLERANCE, Clock
from shop.platform.storage.database import Database, Tx
from shop.platform.workflows.tasks import Unavailable

TERM = 2.0
"""Seconds after which a lease that is not renewed expires."""
TAKE = """
    INSERT INTO _leases (name, owner, until, span, epoch) VALUES (:name, :me, :until, :span, 1)
    ON CONFLICT (name) DO UPDATE SET owner = :me, until = :until, span = :span,
      epoch = _leases.epoch + CASE WHEN _leases.owner = :me THEN 0 ELSE 1 END
    WHERE _leases.owner = :me OR _leases.until < :now OR _leases.until > :latest + _leases.span
"""
"""Renews the lease, or takes it over in the next epoch. A lease that ends later than its span allows has expired."""

T = TypeVar("T")


class Lease:
    def __init__(self, database: Database, name: str) -> None:
        self._database, self._name, self._me = database, name, uuid4().hex
        self._clock = Clock()
        self._epoch = 0
        self._safe_until = 0.0

    async def held(self) -> bool:
        """Acquire or renew the lease for at least half a term. Returns whether this process holds it."""
        if time.monotonic() < self._safe_until:
            return True
        safe_until = time.monotonic() + TERM / 2
        async with self._database.begin() as tx:
            now = await self._clock.agree(tx)
            term = {"until": now + TERM, "span": TERM, "now": now, "latest": now + TOLERANCE}
            taken = await tx.execute(TAKE, name=self._name, me=self._me, **term)
            if taken:
                [row] = await tx.all("SELECT epoch FROM _leases WHERE name = :name", name=self._name)
                self._epoch = row["epoch"]
        self._safe_until = safe_until if taken else 0.0
        return bool(taken)

    async def holding(self, work: Coroutine[Any, Any, T]) -> T:
        """Await the work, and renew the lease meanwhile."""
        task = asyncio.create_task(work)
        try:
            while not (await asyncio.wait([task], timeout=max(0.0, self._safe_until - time.monotonic())))[0]:
                if not await self.held():
                    break  # `confirm` raises
            return await task
        finally:
            task.cancel()

    async def confirm(self, tx: Tx) -> None:
        """Verify the lease before writing. Raises Unavailable if another process has taken it over."""
        sql = f"SELECT 1 FROM _leases WHERE name = :name AND owner = :me AND epoch = :epoch{tx.locking}"
        if not await tx.all(sql, name=self._name, me=self._me, epoch=self._epoch):
            self._safe_until = 0.0
            raise Unavailable(f"another process has taken over the {self._name}")

    async def release(self) -> None:
        self._safe_until = 0.0
        async with self._database.begin() as tx:
            sql = "UPDATE _leases SET owner = '', until = 0 WHERE name = :name AND owner = :me"
            await tx.execute(sql, name=self._name, me=self._me)
