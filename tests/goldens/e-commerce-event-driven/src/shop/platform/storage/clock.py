"""Seconds that all processes on one database agree on, whatever the clocks of their machines say.

The database keeps a reading. Each process goes on from it by its own monotonic clock, and notes how far it has come:
what is measured is the time for which the system runs. A machine whose clock is wrong, or is set, changes nothing.
"""

import time

from shop.platform.storage.database import Reader, Tx

READING = "(SELECT seconds FROM _clock)"
"""What the database has noted last, inside of a statement. No process is behind it for longer than until it agrees."""

TOLERANCE = 1.0
"""Seconds by which two processes may differ until they agree again: so much later than its span may a time be."""


class Clock:
    def __init__(self) -> None:
        self._reading, self._read = 0.0, time.monotonic()

    def now(self) -> float:
        """Never behind what was agreed on; ahead of it by what has passed since."""
        return self._reading + time.monotonic() - self._read

    async def agree(self, tx: Tx) -> float:
        """Go on from the later one of what the database and this process say, and return it.

        Of several that do so at once, one notes it: none waits for another, which may hang.
        """
        sql = "UPDATE _clock SET seconds = :mine WHERE seconds <= :mine"
        if not (await tx.try_lock("clock") and await tx.execute(sql, mine=self.now())):
            await self.follow(tx)
        return self.now()

    async def follow(self, db: Reader) -> None:
        """Be no longer behind what the database says."""
        noted = await reading(db)
        if noted > self.now():
            self._reading, self._read = noted, time.monotonic()


async def reading(db: Reader) -> float:
    """What the database has noted last, for who does not need it to a second."""
    [row] = await db.all("SELECT seconds FROM _clock")
    return float(row["seconds"])
