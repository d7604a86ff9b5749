"""A file of SQLite that several processes write to."""

from pathlib import Path

import pytest

from shop.platform.adapters import sqlite
from shop.platform.adapters.sqlite import SqliteDatabase
from shop.platform.database import insert
from tests.platform.doubles import TABLE


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
