"""What only one process may do at a time, of all that work on one database."""

import time
from uuid import uuid4

from shop.platform.database import Database

TERM = 2.0
"""Seconds after which a holder that is silent has lost it."""


class Lease:
    def __init__(self, database: Database, name: str) -> None:
        self._database, self._name, self._me = database, name, uuid4().hex
        self._safe_until = 0.0

    async def held(self) -> bool:
        """Whether this process holds it from now on, for half a term at least."""
        if time.monotonic() < self._safe_until:
            return True
        safe_until, now = time.monotonic() + TERM / 2, time.time()
        async with self._database.begin() as tx:
            taken = await tx.execute(
                "INSERT INTO leases (name, owner, until) VALUES (:name, :me, :until) ON CONFLICT (name) "
                "DO UPDATE SET owner = :me, until = :until WHERE leases.owner = :me OR leases.until < :now",
                name=self._name,
                me=self._me,
                until=now + TERM,
                now=now,
            )
        self._safe_until = safe_until if taken else 0.0
        return bool(taken)

    async def release(self) -> None:
        self._safe_until = 0.0
        async with self._database.begin() as tx:
            await tx.execute("DELETE FROM leases WHERE name = :name AND owner = :me", name=self._name, me=self._me)
