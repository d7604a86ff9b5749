"""Applies the migrations of the services to a database.

Each migration runs once, in its own transaction, and the database records its name, digest and text. A process does not
start if an applied migration was edited, or if the database has applied conflicting ones.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

import structlog

from shop.platform.storage.database import Database, Reader, ScriptFailed, Tx, insert
from shop.platform.storage.migration import Comparison, Differs, Migration, compare, migrations_of
from shop.platform.workflows.tasks import Unavailable

PATIENCE = 300.0
"""Seconds to wait for another process that migrates or locks a table."""
PAUSE = 0.2
"""Seconds between two attempts."""
DATABASE_PATIENCE = 30.0
"""Seconds for which a process that starts waits for its database."""
DATABASE_PAUSE = 1.0
"""Seconds between two checks whether it is available."""
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
    """Another process migrates or locks the table."""


async def migrate(database: Database, packages: Iterable[str]) -> None:
    """Apply the pending migrations of these packages.

    Raises Differs if the database does not match them, or rejects one.
    """
    folders = [files for package in packages if (files := migrations_of(package, database.dialect))]
    await _retry(partial(_create_records, database))
    for files in folders:
        difference = await _compare(database, files)
        if difference.ahead:
            log.warning("the database is ahead", migrations=list(map(str, difference.ahead)))
        if difference.late:
            log.info("applying migrations out of order", migrations=list(map(str, difference.late)))
        while difference.pending or difference.renamed:
            await _retry(partial(_step, database, files, difference))
            difference = await _compare(database, files)


async def migrate_patiently(database: Database, packages: Iterable[str]) -> None:
    """Migrate the platform and these packages, once the database is available. Raises SystemExit if it differs."""
    deadline = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            await migrate(database, ["shop.platform", *packages])
            return
        except Differs as error:
            raise SystemExit(str(error)) from None
        except Unavailable as error:
            log.warning("waiting for the database", error=str(error))
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(DATABASE_PAUSE)


async def ran_of(reader: Reader, service: str) -> list[Migration]:
    """Return the applied migrations of a service, in the order in which they ran."""
    sql = "SELECT stem, sql FROM _migrations WHERE service = :service ORDER BY position"
    return [Migration(service, row["stem"], row["sql"]) for row in await reader.all(sql, service=service)]


async def all_records(reader: Reader) -> list[Migration]:
    """Return the applied migrations of all services, in the order in which they ran."""
    if not await _has_table(reader, "_migrations"):
        return []
    rows = await reader.all("SELECT service, stem, sql FROM _migrations ORDER BY position")
    return [Migration(row["service"], row["stem"], row["sql"]) for row in rows]


async def _compare(reader: Reader, files: Sequence[Migration]) -> Comparison:
    return compare(files, await ran_of(reader, files[0].service))


async def _create_records(database: Database) -> None:
    if await _has_table(database, "_migrations"):
        return
    async with _exclusive(database, "") as tx:
        if not await _has_table(tx, "_migrations"):
            await tx.execute(RECORDS)


async def _step(database: Database, files: Sequence[Migration], expected: Comparison) -> None:
    """Apply the first pending migration, unless another process has applied it meanwhile."""
    script = expected.pending[0].sql if expected.pending else ""
    async with _exclusive(database, script) as tx:
        difference = await _compare(tx, files)
        for old, new in difference.renamed:
            sql = "UPDATE _migrations SET stem = :new WHERE service = :service AND stem = :old"
            await tx.execute(sql, new=new.stem, old=old.stem, service=old.service)
        if difference.pending and difference.pending[0].sql == script:
            await _run(tx, difference)


async def _run(tx: Tx, difference: Comparison) -> None:
    migration = difference.pending[0]
    try:
        await tx.run_script(migration.sql)
    except ScriptFailed as error:
        ahead = ", ".join(map(str, difference.ahead))
        cause = f"; possibly caused by migrations that are not in the project: {ahead}" if ahead else ""
        raise Differs(f"{migration} failed: {error}{cause}") from error
    await _record(tx, migration)


async def _record(tx: Tx, migration: Migration) -> None:
    [row] = await tx.all("SELECT coalesce(max(position), 0) + 1 AS position FROM _migrations")
    await insert(tx, "_migrations", {**asdict(migration), **row, "applied_at": datetime.now(UTC).isoformat()})


@asynccontextmanager
async def _exclusive(database: Database, script: str) -> AsyncIterator[Tx]:
    """Begin a transaction with the migration lock. Raises Waiting while another process holds it."""
    async with database.begin_migration(script) as tx:
        if not await tx.try_lock("migrations"):
            raise Waiting("another process is migrating the database")
        try:
            yield tx
        except Unavailable as error:
            raise Waiting(str(error)) from error


async def _retry(step: Callable[[], Awaitable[None]]) -> None:
    """Repeat the step while it raises Waiting. Between attempts no lock is held, so other transactions proceed."""
    deadline = time.monotonic() + PATIENCE
    reason = ""
    while True:
        try:
            return await step()
        except Waiting as error:
            if time.monotonic() > deadline:
                raise
            if str(error) != reason:
                reason = str(error)
                log.warning("migration is waiting", reason=reason)
        await asyncio.sleep(PAUSE)


async def _has_table(reader: Reader, name: str) -> bool:
    if reader.dialect == "sqlite":
        return bool(await reader.all("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name", name=name))
    # to_regclass may answer from the cache of the session
    sql = "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = :name"
    return bool(await reader.all(sql, name=name))
