"""The table that is stored is what the migrations on the disk come to."""

from __future__ import annotations

from pathlib import Path

import pytest

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
        Column("name", "", "TEXT", required=True, unique=True),
        Column("watts", "", "BIGINT", bound=Bound(">=", -1)),
        Column("status", "", "TEXT", required=True, default="'pending'"),
    )
    assert (table_after().constraints, table_after().checks) == (
        {"name": "lamps_name_key"},
        {"watts": "lamps_watts_check"},
    )


def test_later_migrations_count() -> None:
    table = table_after(
        'ALTER TABLE "lamps" RENAME COLUMN "watts" TO "power";\n',
        'ALTER TABLE "lamps" ADD COLUMN "shade" TEXT; -- type shade: time\n'
        'CREATE UNIQUE INDEX "lamps__shade__unique" ON "lamps" ("shade");\n',
        'ALTER TABLE "lamps" RENAME "shade" TO "screen";\n',
    )

    assert [column.name for column in table.columns] == ["name", "power", "status", "screen"]
    assert table.columns[1].bound == Bound(">=", -1)
    assert (table.columns[3].unique, table.columns[3].type) == (False, "time")
    assert table.unique_otherwise == {"screen"}


@pytest.mark.parametrize("name", ["lamps__watts__unique", "lamps_watts_unique"])
def test_an_index_that_follows_the_spec_is_known_by_its_name(name: str) -> None:
    table = table_after(f'CREATE UNIQUE INDEX "{name}" ON "lamps" ("watts");\n')

    assert table.columns[1].unique
    assert table.indexes == {"watts": name}


@pytest.mark.parametrize(
    ("index", "unique"),
    [
        ("CREATE UNIQUE INDEX u ON lamps (watts)", True),
        ("CREATE INDEX u ON lamps (watts)", False),
        ("CREATE UNIQUE INDEX u ON lamps (watts, status)", False),
        ("CREATE UNIQUE INDEX u ON lamps (watts) WHERE watts > 3", False),
        ("CREATE UNIQUE INDEX u ON lamps (watts + 1)", False),
    ],
)
def test_an_index_of_the_users_keeps_a_column_unique_if_it_holds_all_of_it_alone(
    index: str, unique: bool
) -> None:
    table = table_after(f"{index};\n")

    assert table.unique_otherwise == ({"watts"} if unique else set())
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
