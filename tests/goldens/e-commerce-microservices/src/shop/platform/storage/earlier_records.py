"""Imports the migration records of older databases: the table `schema_migrations`, which has names but no digests."""

import re
from collections.abc import Iterator, Sequence

from shop.platform.storage.database import Reader, Tx
from shop.platform.storage.migration import Differs, Migration

TABLE = re.compile(r'CREATE TABLE "?(\w+)"? \(\n(.*?)\n\);', re.DOTALL)
COLUMN = re.compile(r'^ +"(\w+)"', re.MULTILINE)
ADDED = re.compile(r'ALTER TABLE "(\w+)" ADD COLUMN "(\w+)"')


async def take_over(tx: Tx, folders: Sequence[Sequence[Migration]]) -> list[Migration]:
    """Return the migrations recorded by name. Raises Differs if a file has changed since: its columns are missing."""
    names = {row["name"] for row in await tx.all("SELECT name FROM schema_migrations")}
    ran = [each for there in folders for each in there if _earlier_name(each) in names]
    for migration in ran:
        for table, column in _columns(migration.sql):
            if not await _has_column(tx, table, column) and not _is_changed_later(ran, migration, column):
                raise Differs(
                    f"{migration} is recorded as applied, but {table}.{column} does not exist: the file has changed. "
                    "Restore the file, or delete the database if you do not need its data"
                )
    await tx.execute("DROP TABLE schema_migrations")
    return ran


def _earlier_name(migration: Migration) -> str:
    return f"shop.{migration}".replace("/migrations/", "/")


def _columns(sql: str) -> Iterator[tuple[str, str]]:
    for table, lines in TABLE.findall(sql):
        for column in COLUMN.findall(lines):
            yield table.removesuffix("_new"), column
    yield from ADDED.findall(sql)


def _is_changed_later(ran: Sequence[Migration], migration: Migration, column: str) -> bool:
    later = ran[ran.index(migration) + 1 :]
    return any(re.search(rf"\b(?:DROP|RENAME)\b[^;]*\b{column}\b", each.sql, re.IGNORECASE) for each in later)


async def _has_column(reader: Reader, table: str, column: str) -> bool:
    if reader.dialect == "sqlite":
        sql = "SELECT 1 FROM pragma_table_info(:table) WHERE name = :column"
    else:
        sql = "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(:table) AND attname = :column"
    return bool(await reader.all(sql, table=table, column=column))
