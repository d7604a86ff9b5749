"""A transaction is all or nothing, and the database survives it."""

import asyncio
from pathlib import Path

import pytest

from acme.platform.adapters.databases import open_database
from acme.platform.calls.failures import ProgrammingError
from acme.platform.storage.database import Database, Duplicate, insert
from tests.kit.doubles import journal


async def write(database: Database, text: str) -> None:
    async with database.begin() as tx:
        await insert(tx, "journal", {"action": text})


async def test_what_fails_leaves_nothing(database: Database) -> None:
    heard: list[str] = []
    with pytest.raises(ZeroDivisionError):
        async with database.begin() as tx:
            await insert(tx, "journal", {"action": "lost"})
            tx.after_commit(lambda: heard.append("committed"))
            raise ZeroDivisionError

    assert (await journal(database), heard) == ([], [])


async def test_a_savepoint_undoes_only_its_own_part(database: Database) -> None:
    async with database.begin() as tx:
        await insert(tx, "journal", {"action": "kept"})
        with pytest.raises(ZeroDivisionError):
            async with tx.savepoint():
                await insert(tx, "journal", {"action": "lost"})
                raise ZeroDivisionError

    assert await journal(database) == ["kept"]


async def test_a_commit_that_fails_leaves_the_database_usable(database: Database) -> None:
    async with database.begin() as tx:
        await tx.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        await tx.execute(
            "CREATE TABLE children (id INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)"
        )

    with pytest.raises(Exception, match="(?i)foreign key"):
        async with database.begin() as tx:
            await insert(tx, "children", {"id": 1})

    await write(database, "later")
    assert await journal(database) == ["later"]


async def test_a_transaction_inside_a_transaction_is_refused(database: Database) -> None:
    async with database.begin():
        with pytest.raises(ProgrammingError, match="inside a database transaction"):
            await write(database, "inner")


async def test_what_must_be_unique_is_told_apart_from_other_errors(database: Database) -> None:
    async with database.begin() as tx:
        await insert(tx, "journal", {"line": 1, "action": "first"})

    with pytest.raises(Duplicate):
        async with database.begin() as tx:
            await insert(tx, "journal", {"line": 1, "action": "second"})


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ('("user")', ("user",)),
        ('("user", "day")', ("user", "day")),
        ("(lower(note))", ("one_a_day",)),
    ],
)
async def test_a_duplicate_names_what_must_be_unique(
    rule: str, fields: tuple[str, ...], database: Database
) -> None:
    visit = {"user": "ada (a)=(b)", "day": "monday", "note": "(user)=(day)"}
    async with database.begin() as tx:
        await tx.execute('CREATE TABLE visits ("user" TEXT, day TEXT, note TEXT)')
        await tx.execute(f"CREATE UNIQUE INDEX one_a_day ON visits {rule}")
        await insert(tx, "visits", visit)
        await insert(tx, "visits", {"user": "bob", "day": "monday", "note": "else"})

    for statement in (
        "INSERT INTO visits VALUES (:user, :day, :note)",
        'UPDATE visits SET "user" = :user, day = :day, note = :note WHERE "user" = \'bob\'',
    ):
        with pytest.raises(Duplicate) as failure:
            async with database.begin() as tx:
                await tx.execute(statement, **visit)
        assert failure.value.fields == fields


async def test_after_a_duplicate_a_transaction_goes_on_only_where_a_savepoint_was(database: Database) -> None:
    async with database.begin() as tx:
        await insert(tx, "journal", {"line": 1, "action": "first"})
        with pytest.raises(Duplicate):
            async with tx.savepoint():
                await insert(tx, "journal", {"line": 1, "action": "second"})
    with pytest.raises(ProgrammingError, match="outside of a savepoint"):
        async with database.begin() as tx:
            await insert(tx, "journal", {"line": 2, "action": "lost"})
            with pytest.raises(Duplicate):
                await insert(tx, "journal", {"line": 1, "action": "third"})

    assert await journal(database) == ["first"]


async def test_processes_that_write_to_one_database_wait_for_each_other(tmp_path: Path) -> None:
    one, other = (open_database(f"sqlite:///{tmp_path}/shared.db", "office") for _ in range(2))
    async with one.begin() as tx:
        await tx.execute("CREATE TABLE journal (line INTEGER PRIMARY KEY, action TEXT NOT NULL)")

    await asyncio.gather(*(write(database, "line") for database in [one, other] * 20))

    assert len(await journal(other)) == 40
    await one.close()
    await other.close()
