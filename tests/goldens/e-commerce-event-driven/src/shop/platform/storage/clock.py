"""A clock shared by all processes on one database, independent of the clocks of their machines.

The database stores a reading in seconds. Each process advances it with its own monotonic clock and writes it back, so
the clock measures how long the system has been running. Changing a machine's clock has no effect.
"""

import time

from shop.platform.storage.database import Reader, Tx

READING = "(SELECT seconds FROM _clock)"
"""The stored reading, as an SQL expression."""

TOLERANCE = 1.0
"""Maximum difference in seconds between two processes before they synchronize again."""


class Clock:
    def __init__(self) -> None:
        self._reading, self._read = 0.0, time.monotonic()

    def now(self) -> float:
        """Seconds: the last synchronized reading plus the time elapsed since."""
        return self._reading + time.monotonic() - self._read

    async def agree(self, tx: Tx) -> float:
        """Synchronize with the database: the later of both readings wins, and is returned.

        If several processes synchronize at once, only one of them writes. None waits for another.
        """
        sql = "UPDATE _clock SET seconds = :mine WHERE seconds <= :mine"
        if not (await tx.try_lock("clock") and await tx.execute(sql, mine=self.now())):
            await self.follow(tx)
        return self.now()

    async def follow(self, db: Reader) -> None:
        """Catch up with the stored reading."""
        stored = await reading(db)
        if stored > self.now():
            self._reading, self._read = stored, time.monotonic()


async def reading(db: Reader) -> float:
    """The stored reading, which may be a few seconds old."""
    [row] = await db.all("SELECT seconds FROM _clock")
    return float(row["seconds"])
