"""A database is brought to what the migrations say, once; what does not fit together stops the start."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from acme.platform.storage import schema
from acme.platform.storage.database import Database
from acme.platform.storage.migration import Differs, Migration
from acme.platform.storage.schema import migrate, ran_of
from acme.platform.storage.sql import digest
from conftest import new_database

WATTS = '"watts" BIGINT NOT NULL CONSTRAINT "low" CHECK ("watts" > 0)'
FIRST = f'CREATE TABLE "lamps" ("id" TEXT PRIMARY KEY, {WATTS});'
COLOUR = 'ALTER TABLE "lamps" ADD COLUMN "colour" TEXT;'
SHAPE = 'ALTER TABLE "lamps" ADD COLUMN "shape" TEXT;'


def named(title: str, sql: str) -> Migration:
    """As blueprint names what it writes."""
    return Migration("lamps", f"{title}_{digest(sql)[:8]}", sql)


@pytest.fixture
async def empty() -> AsyncIterator[Database]:
    async with new_database() as database:
        yield database


async def run(database: Database, monkeypatch: pytest.MonkeyPatch, *there: Migration) -> list[str]:
    """Start on these migrations, and tell which ones have run by then."""
    monkeypatch.setattr(
        schema, "migrations_of", lambda package, dialect: sorted(there, key=lambda each: each.stem)
    )
    await migrate(database, ["lamps"])
    return [each.stem.rpartition("_")[0] for each in await ran_of(database, "lamps")]


async def test_each_runs_once_and_the_database_keeps_its_text(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [named("0001_lamps", FIRST), named("0002_colour", COLOUR)]

    assert (
        await run(empty, monkeypatch, *there)
        == await run(empty, monkeypatch, *there)
        == ["0001_lamps", "0002_colour"]
    )
    assert [each.sql for each in await ran_of(empty, "lamps")] == [FIRST, COLOUR]


async def test_white_space_comments_and_case_are_no_edit_and_anything_else_is(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run(empty, monkeypatch, Migration("lamps", "0001_lamps", FIRST))
    formatted = FIRST.replace("(", "(\r\n\t").replace("CREATE TABLE", "create  table") + " -- the first one"

    await run(empty, monkeypatch, Migration("lamps", "0001_lamps", formatted))
    with pytest.raises(Differs, match="0001_lamps.sql was edited after it was applied"):
        await run(empty, monkeypatch, Migration("lamps", "0001_lamps", FIRST.replace("> 0", "> 1")))


async def test_a_table_that_came_from_another_file_stops_the_start(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran, other = named("0001_lamps", FIRST), named("0001_lamps", FIRST.replace("watts", "power"))
    await run(empty, monkeypatch, ran)

    with pytest.raises(Differs) as stopped:
        await run(empty, monkeypatch, other)

    assert ran.stem in str(stopped.value)
    assert other.stem in str(stopped.value)


async def test_an_older_release_starts_on_a_database_that_is_ahead(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run(empty, monkeypatch, first := named("0001_lamps", FIRST), named("0002_colour", COLOUR))

    assert await run(empty, monkeypatch, first) == ["0001_lamps", "0002_colour"]


async def test_a_part_of_the_kit_that_left_stops_no_later_migration_of_the_kit(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, jobs, later = (
        Migration("platform", f"{number}_{table}", f"CREATE TABLE {table} (name TEXT PRIMARY KEY);")
        for number, table in (("0001", "lamps"), ("0007", "jobs"), ("0009", "shades"))
    )
    await run(empty, monkeypatch, first, jobs)
    await run(empty, monkeypatch, first, later)

    assert (await ran_of(empty, "platform"))[-3:] == [first, jobs, later]


async def test_what_another_branch_has_added_runs_late(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, colour, shape = (
        named("0001_lamps", FIRST),
        named("0002_colour", COLOUR),
        named("0003_shape", SHAPE),
    )
    await run(empty, monkeypatch, first, shape)

    assert await run(empty, monkeypatch, first, colour, shape) == ["0001_lamps", "0003_shape", "0002_colour"]


async def test_what_somebody_wrote_by_hand_does_not_run_late(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, shape = named("0001_lamps", FIRST), named("0003_shape", SHAPE)
    await run(empty, monkeypatch, first, shape)

    with pytest.raises(Differs, match="0002_by_hand.sql sorts before 0003_shape_.*: rename it"):
        await run(empty, monkeypatch, first, Migration("lamps", "0002_by_hand", COLOUR), shape)


async def test_what_has_another_number_now_is_known_by_its_digest(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = named("0001_lamps", FIRST)
    await run(empty, monkeypatch, first, named("0002_colour", COLOUR))

    assert await run(empty, monkeypatch, first, named("0005_colour", COLOUR)) == ["0001_lamps", "0005_colour"]


async def test_one_that_fails_leaves_nothing_and_those_before_it_stay(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Migration("lamps", "0002_broken", f"{COLOUR}\nINSERT INTO nowhere VALUES (1);")

    with pytest.raises(Differs, match="0002_broken.sql failed: .*nowhere"):
        await run(empty, monkeypatch, named("0001_lamps", FIRST), broken)

    assert len(await ran_of(empty, "lamps")) == 1
    assert await run(empty, monkeypatch, named("0001_lamps", FIRST), named("0002_colour", COLOUR))


async def test_a_rule_that_is_dropped_lets_in_what_it_kept_out(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run(empty, monkeypatch, first := named("0001_lamps", FIRST))
    loose = [
        named("0002_empty", 'ALTER TABLE "lamps" ALTER COLUMN "watts" DROP NOT NULL;'),
        named("0003_low", 'ALTER TABLE "lamps" DROP CONSTRAINT IF EXISTS "low";'),
    ]
    await run(empty, monkeypatch, first, *loose)

    async with empty.begin() as tx:
        await tx.execute("INSERT INTO lamps (id, watts) VALUES ('a', NULL), ('b', -1)")

    assert len(await empty.all("SELECT id FROM lamps")) == 2


async def test_files_for_another_database_are_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lamps_of_two" / "migrations"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    for name in ("0001_all", "0002_one.sqlite", "0002_other.postgresql"):
        (folder / f"{name}.sql").write_text(FIRST)
    monkeypatch.syspath_prepend(tmp_path)

    from acme.platform.storage.migration import migrations_of

    assert [each.stem for each in migrations_of("lamps_of_two", "sqlite")] == ["0001_all", "0002_one.sqlite"]
    assert [each.stem for each in migrations_of("lamps_of_two", "postgresql")] == [
        "0001_all",
        "0002_other.postgresql",
    ]
