"""A file of SQLite that several processes write to."""

from pathlib import Path

import pytest

from acme.platform.adapters import sqlite
from acme.platform.adapters.sqlite import SqliteDatabase
from acme.platform.http.pages import Cursor
from acme.platform.storage.database import insert, transaction_is_open
from acme.platform.storage.table import Record, Table
from acme.platform.values import Boolean, Integer, Text
from acme.platform.workflows.tasks import Unavailable
from tests.kit.doubles import TABLE, journal


class Thing(Record):
    note: Text = ""
    number: Integer = 0
    good: Boolean = True


@pytest.mark.parametrize(
    "spoilt", ["note = CAST(x'ff' AS TEXT)", "number = 'many'", "good = 'maybe'", "good = 2"]
)
async def test_what_only_sqlite_takes_hides_no_other_row(tmp_path: Path, spoilt: str) -> None:
    database, things, rows = SqliteDatabase(tmp_path / "test.db"), Table("things", Thing), [Thing(), Thing()]
    async with database.begin() as tx:
        await tx.execute(
            "CREATE TABLE things (id TEXT, created_at TEXT, note TEXT, number BIGINT, good BOOLEAN)"
        )
        for thing in rows:
            await things.insert(tx, thing)
        await tx.execute(f"UPDATE things SET {spoilt} WHERE id = :id", id=rows[0].id)

    page = await things.page(database, Cursor())

    assert page.items == rows[1:]
    assert [(error.id, error.field) for error in page.unreadable] == [(rows[0].id, spoilt.split()[0])]
    assert page.model_dump_json()
    await database.close()


@pytest.mark.parametrize(("every", "small"), [(10, True), (10**9, False)])
async def test_the_journal_moves_into_the_file_under_the_lock_and_at_no_other_time(
    tmp_path: Path, every: int, small: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "CHECKPOINT", every)
    database = SqliteDatabase(tmp_path / "test.db")
    async with database.begin() as tx:
        await tx.execute(TABLE)
    for _ in range(2000):
        async with database.begin() as tx:
            await insert(tx, "journal", {"action": "line"})

    assert ((tmp_path / "test.db-wal").stat().st_size < 1 << 20) is small
    await database.close()


async def test_a_process_that_keeps_the_file_to_itself_is_waited_for_and_then_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.01)
    one, other = (SqliteDatabase(tmp_path / "test.db") for _ in range(2))
    async with one.begin():
        with pytest.raises(Unavailable, match="another process has locked the database"):
            transaction_is_open.set(False)  # as in another process
            async with other.begin():
                pass
    await one.close()
    await other.close()


@pytest.mark.parametrize("text", ["x" * 100_000, "x" * 10_000_000], ids=["in the end", "meanwhile"])
async def test_a_full_disk_is_told_and_when_there_is_room_again_work_goes_on(
    tmp_path: Path, text: str
) -> None:
    database = SqliteDatabase(tmp_path / "test.db")
    async with database.begin() as tx:
        await tx.execute(TABLE)
    await room(database, pages=8)
    with pytest.raises(Unavailable, match="disk is full"):
        async with database.begin() as tx, tx.savepoint():
            await insert(tx, "journal", {"action": text})

    await room(database, pages=1_000_000)
    async with database.begin() as tx:
        await insert(tx, "journal", {"action": text})

    assert await journal(database) == [text]
    await database.close()


async def room(database: SqliteDatabase, pages: int) -> None:
    """Let the file have so many pages."""
    async with database.begin() as tx:
        await tx.all(f"PRAGMA max_page_count = {pages}")
