"""Lists tables and views, and their columns."""

from dataclasses import dataclass

from depot.platform.storage.database import Reader


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    key: int
    """Position in the primary key, from 1, or 0."""


async def table_names(db: Reader) -> list[str]:
    if db.dialect == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    else:
        sql = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
    return [row["name"] for row in await db.all(f"{sql} ORDER BY 1")]


async def columns_of(db: Reader, table: str) -> list[Column]:
    if db.dialect == "sqlite":
        rows = await db.all("SELECT name, pk AS position FROM pragma_table_info(:table) ORDER BY cid", table=table)
    else:
        sql = (
            "SELECT a.attname AS name, coalesce(array_position(i.indkey::smallint[], a.attnum), -1) + 1 AS position "
            "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
            "WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = :table ORDER BY a.attnum"
        )
        rows = await db.all(sql, table=table)
    return [Column(row["name"], int(row["position"])) for row in rows]
