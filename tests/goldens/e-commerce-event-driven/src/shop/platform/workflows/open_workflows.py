"""Tracks open workflows that started in this service, so that operators notice stuck ones."""

from shop.platform.monitoring import telemetry
from shop.platform.storage.clock import READING
from shop.platform.storage.database import Reader, Tx


async def note_begin(tx: Tx, workflow: str, key: str) -> None:
    sql = f"INSERT INTO _workflows (workflow, key, begun) VALUES (:workflow, :key, {READING}) ON CONFLICT DO NOTHING"
    await tx.execute(sql, workflow=workflow, key=key)


async def note_end(tx: Tx, workflow: str, key: str) -> None:
    await tx.execute("DELETE FROM _workflows WHERE workflow = :workflow AND key = :key", workflow=workflow, key=key)


async def age_of_oldest(db: Reader, now: float) -> float:
    """Return the age of the oldest open workflow in seconds, or 0 if none is open."""
    [row] = await db.all("SELECT min(begun) AS begun FROM _workflows")
    return 0.0 if row["begun"] is None else max(0.0, now - row["begun"])


async def measure_pending(db: Reader, now: float) -> None:
    """Update the metrics: the number of open workflows, and the age of the oldest one."""
    [row] = await db.all("SELECT count(*) AS number FROM _workflows")
    telemetry.PENDING.set(row["number"])
    telemetry.OLDEST_PENDING.set(await age_of_oldest(db, now))
