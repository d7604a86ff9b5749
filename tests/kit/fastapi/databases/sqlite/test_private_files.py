"""What is stored in files is for the user of the process alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from acme.platform.adapters.sqlite import SqliteDatabase
from tests.kit.doubles import TABLE


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """What most machines have: files that everybody may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> set[str]:
    return {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}


async def test_a_database_and_its_journals_can_be_read_by_nobody_else(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "var" / "test.db")
    async with database.begin() as tx:
        await tx.execute(TABLE)

    assert {path.name for path in (tmp_path / "var").iterdir()} > {"test.db", "test.db-wal"}
    assert modes(tmp_path) == {"0o700"}
    assert modes(tmp_path / "var") == {"0o600"}
    await database.close()


async def test_one_that_was_there_before_is_taken_away_from_others(tmp_path: Path) -> None:
    for name in ("test.db", "test.db-journal"):
        (tmp_path / name).touch(0o644)

    await SqliteDatabase(tmp_path / "test.db").close()

    assert modes(tmp_path) <= {"0o600"}


async def test_what_belongs_to_somebody_else_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def chmod(self: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    (tmp_path / "test.db").touch(0o644)
    monkeypatch.setattr(Path, "chmod", chmod)
    with capture_logs() as logs:
        await SqliteDatabase(tmp_path / "test.db").close()

    assert [(line["event"], line["file"]) for line in logs] == [
        ("file is readable by other users", str(tmp_path / "test.db"))
    ]
