"""The table that is stored is what the migrations on the disk come to."""

from __future__ import annotations

from pathlib import Path

from blueprint.evolution.tables import stored_table
from blueprint.plan.tables import Column, StoredTable
from blueprint.spec.model import Bound

LAMPS = (
    'CREATE TABLE "lamps" (\n  "id" TEXT PRIMARY KEY,\n  "created_at" TEXT NOT NULL,\n'
    '  "name" TEXT NOT NULL UNIQUE,\n  "watts" BIGINT CHECK ("watts" >= -1),\n'
    "  \"status\" TEXT NOT NULL DEFAULT 'pending'\n);\n"
)


def table_after(*migrations: str) -> StoredTable:
    found = stored_table("lamps", (LAMPS, *migrations))
    assert found is not None
    return found


def test_columns_are_read_with_all_that_they_ask_for() -> None:
    assert table_after().columns == (
        Column("name", "TEXT", required=True, unique=True),
        Column("watts", "BIGINT", bound=Bound(">=", -1)),
        Column("status", "TEXT", required=True, default="'pending'"),
    )


def test_later_migrations_count() -> None:
    table = table_after(
        'ALTER TABLE "lamps" RENAME COLUMN "watts" TO "power";\n',
        'ALTER TABLE "lamps" ADD COLUMN "shade" TEXT;\n'
        'CREATE UNIQUE INDEX "lamps_shade_unique" ON "lamps" ("shade");\n',
    )

    assert [column.name for column in table.columns] == ["name", "power", "status", "shade"]
    assert table.columns[1].bound == Bound(">=", -1)
    assert table.columns[3].unique
    assert table.indexes == ()


def test_an_index_of_the_users_is_the_users() -> None:
    table = table_after(
        'CREATE INDEX "by_name" ON "lamps" ("name", "id");\nCREATE UNIQUE INDEX u ON lamps (watts);\n'
    )

    assert table.indexes == (
        'CREATE INDEX "by_name" ON "lamps" ("name", "id")',
        "CREATE UNIQUE INDEX u ON lamps (watts)",
    )
    assert table.unique_otherwise == {"watts"}
    assert not table.columns[1].unique


def test_what_only_another_database_takes_is_left_out() -> None:
    table = table_after(
        'CREATE INDEX CONCURRENTLY fast ON lamps (name);\nALTER TABLE "lamps" ADD COLUMN "shade" TEXT;\n'
    )

    assert [column.name for column in table.columns][-1] == "shade"


def test_a_migration_touches_no_disk(tmp_path: Path) -> None:
    table_after(f"ATTACH DATABASE '{tmp_path}/other.db' AS other;\n", f"VACUUM INTO '{tmp_path}/copy.db';\n")

    assert list(tmp_path.iterdir()) == []


def test_a_statement_that_never_ends_is_stopped() -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT sum(x) FROM n;\n"

    assert len(table_after(endless).columns) == 3


def test_no_migration_is_no_table() -> None:
    assert stored_table("lamps", ["CREATE TABLE other (id TEXT);\n"]) is None
