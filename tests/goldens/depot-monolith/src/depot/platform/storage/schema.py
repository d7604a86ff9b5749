"""Brings a database to what the migrations of the services say.

Each migration runs once, in a transaction of its own, and the database keeps its text. It is known by its name and its
digest: one that was edited after it ran stops the start, and so does a database that ran others instead.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import structlog

from depot.platform.storage.database import Database, Reader, ScriptFailed, Tx, insert
from depot.platform.storage.earlier_records import take_over
from depot.platform.storage.migration import Comparison, Differs, Migration, compare, migrations_of
from depot.platform.workflows.tasks import Unavailable

PATIENCE = 300.0
"""Seconds for which a migration waits for others that migrate, or that use its table."""
PAUSE = 0.2
"""Seconds between two tries."""
RECORDS = """CREATE TABLE _migrations (
  service TEXT NOT NULL,
  stem TEXT NOT NULL,
  digest TEXT NOT NULL,
  sql TEXT NOT NULL,
  position INTEGER NOT NULL,
  applied_at TEXT NOT NULL,
  PRIMARY KEY (service, stem)
)"""

log = structlog.get_logger()


class Waiting(Unavailable):
    """Somebody else migrates, or uses the table: it will end."""


async def migrate(database: Database, packages: Iterable[str]) -> None:
    """Run what the database lacks of the migrations in these packages.

    Raises Differs where the database did not come from them, or refuses one.
    """
    folders = [there for package in packages if (there := migrations_of(package, database.dialect))]
    await _patiently(partial(_begin_records, database, folders))
    for there in folders:
        found = await _compared(database, there)
        if found.ahead:
            log.warning("the database is ahead", migrations=list(map(str, found.ahead)))
        if found.late:
            log.info("migrations run late", migrations=list(map(str, found.late)))
        while found.pending or found.renamed:
            await _patiently(partial(_step, database, there, found))
            found = await _compared(database, there)


async def ran_of(reader: Reader, service: str) -> list[Migration]:
    """What ran of this service, in the order in which it did."""
    sql = "SELECT stem, sql FROM _migrations WHERE service = :service ORDER BY position"
    return [Migration(service, row["stem"], row["sql"]) for row in await reader.all(sql, service=service)]


async def all_records(reader: Reader) -> list[Migration]:
    """What ran of all services, in the order in which it did."""
    if not await _has_table(reader, "_migrations"):
        return []
    rows = await reader.all("SELECT service, stem, sql FROM _migrations ORDER BY position")
    return [Migration(row["service"], row["stem"], row["sql"]) for row in rows]


async def _compared(reader: Reader, there: Sequence[Migration]) -> Comparison:
    return compare(there, await ran_of(reader, there[0].service))


async def _begin_records(database: Database, folders: Sequence[Sequence[Migration]]) -> None:
    if await _has_table(database, "_migrations"):
        return
    async with _turn(database, "") as tx:
        if not await _has_table(tx, "_migrations"):
            await tx.execute(RECORDS)
            if await _has_table(tx, "schema_migrations"):
                for migration in await take_over(tx, folders):
                    await _record(tx, migration)


async def _step(database: Database, there: Sequence[Migration], seen: Comparison) -> None:
    """Do the first of what was seen to be needed, unless another process has done it since."""
    script = seen.pending[0].sql if seen.pending else ""
    async with _turn(database, script) as tx:
        found = await _compared(tx, there)
        for old, new in found.renamed:
            sql = "UPDATE _migrations SET stem = :new WHERE service = :service AND stem = :old"
            await tx.execute(sql, new=new.stem, old=old.stem, service=old.service)
        if found.pending and found.pending[0].sql == script:
            await _run(tx, found)


async def _run(tx: Tx, found: Comparison) -> None:
    migration = found.pending[0]
    try:
        await tx.run_script(migration.sql)
    except ScriptFailed as error:
        ran = ", ".join(map(str, found.ahead))
        cause = f"; what this database ran beyond the project may be the cause: {ran}" if ran else ""
        raise Differs(f"{migration} cannot run: {error}{cause}") from error
    await _record(tx, migration)


async def _record(tx: Tx, migration: Migration) -> None:
    last = await tx.one("SELECT COALESCE(max(position), 0) AS position FROM _migrations")
    await insert(
        tx,
        "_migrations",
        {
            "service": migration.service,
            "stem": migration.stem,
            "digest": migration.digest,
            "sql": migration.sql,
            "position": last["position"] + 1 if last else 1,
            "applied_at": datetime.now(UTC).isoformat(),
        },
    )


@asynccontextmanager
async def _turn(database: Database, script: str) -> AsyncIterator[Tx]:
    """A transaction in which nobody else migrates. Raises Waiting while somebody does."""
    async with database.begin_migration(script) as tx:
        if not await tx.try_lock("migrations"):
            raise Waiting("another process brings the database up to date")
        try:
            yield tx
        except Unavailable as error:
            raise Waiting(str(error)) from error


async def _patiently(step: Callable[[], Awaitable[None]]) -> None:
    """A try that waits for somebody else gives way at once and comes again, so that nobody waits behind it."""
    deadline = time.monotonic() + PATIENCE
    told = ""
    while True:
        try:
            return await step()
        except Waiting as error:
            if time.monotonic() > deadline:
                raise
            if str(error) != told:
                told = str(error)
                log.warning("a migration waits", reason=told)
        await asyncio.sleep(PAUSE)


async def _has_table(reader: Reader, name: str) -> bool:
    if reader.dialect == "sqlite":
        return bool(await reader.all("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name", name=name))
    # unlike to_regclass, which a session may answer from what it had looked up before
    sql = "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = :name"
    return bool(await reader.all(sql, name=name))
