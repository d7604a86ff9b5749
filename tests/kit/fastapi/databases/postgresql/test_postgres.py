"""A PostgreSQL with several processes on it: the one that TEST_DATABASE_URL names."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from acme.platform.adapters import postgres
from acme.platform.adapters.postgres import PostgresDatabase
from acme.platform.storage.clock import Clock
from acme.platform.storage.database import Duplicate, Tx, insert, transaction_is_open
from acme.platform.storage.schema import migrate
from acme.platform.workflows.tasks import Unavailable
from conftest import DATABASE_URL
from tests.kit.doubles import TABLE, journal
from tests.kit.waiting import eventually

pytestmark = pytest.mark.skipif(not DATABASE_URL, reason="TEST_DATABASE_URL names no PostgreSQL")


async def drop(database: PostgresDatabase, schema: str) -> None:
    async with database.begin() as tx:
        await tx.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
    await database.close()


@pytest.fixture
async def one() -> AsyncIterator[PostgresDatabase]:
    database = PostgresDatabase.of_url(DATABASE_URL, "test_office")
    async with database.begin() as tx:
        await tx.execute("DROP TABLE IF EXISTS journal")
        await tx.execute(TABLE)
    yield database
    await drop(database, "test_office")


@pytest.fixture
async def other() -> AsyncIterator[PostgresDatabase]:
    database = PostgresDatabase.of_url(DATABASE_URL, "test_office")
    yield database
    await database.close()


async def add(tx: Tx, action: str) -> None:
    await insert(tx, "journal", {"action": action})


async def wait_for_a_lock(database: PostgresDatabase) -> bool:
    return bool(await database.all("SELECT 1 FROM pg_locks WHERE NOT granted"))


async def test_transactions_of_two_processes_are_open_at_the_same_time(
    one: PostgresDatabase, other: PostgresDatabase
) -> None:
    both = asyncio.Barrier(2)

    async def write(database: PostgresDatabase) -> None:
        async with database.begin() as tx:
            await add(tx, "line")
            await both.wait()

    async with asyncio.timeout(5):
        await asyncio.gather(write(one), write(other))

    assert len(await journal(one)) == 2


async def test_who_locks_the_same_name_comes_second_and_sees_what_the_first_has_done(
    one: PostgresDatabase, other: PostgresDatabase
) -> None:
    async def second() -> list[str]:
        transaction_is_open.set(False)  # as in another process
        async with other.begin() as tx:
            await tx.lock("name")
            return await journal(tx)

    async with one.begin() as tx:
        await tx.lock("name")
        waiting = asyncio.create_task(second())
        await eventually(partial(wait_for_a_lock, one))
        await add(tx, "first")

    assert await waiting == ["first"]


async def test_who_hangs_while_it_notes_the_time_holds_up_nobody(
    one: PostgresDatabase, other: PostgresDatabase
) -> None:
    await migrate(one, ["acme.platform"])

    async def second() -> float:
        transaction_is_open.set(False)  # as in another process
        async with other.begin() as tx:
            return await Clock().agree(tx)

    async with one.begin() as tx:
        await Clock().agree(tx)
        async with asyncio.timeout(2):
            assert await asyncio.create_task(second()) >= 0


async def test_a_row_that_a_transaction_reads_to_write_it_waits_for_nobody_elses_change(
    one: PostgresDatabase, other: PostgresDatabase
) -> None:
    async with one.begin() as tx:
        await insert(tx, "journal", {"line": 1, "action": "0"})

    async def count_one_more(database: PostgresDatabase) -> None:
        async with database.begin() as tx:
            row = await tx.one(f"SELECT action FROM journal WHERE line = 1{tx.locking}")
            assert row
            await tx.execute("UPDATE journal SET action = :a WHERE line = 1", a=str(int(row["action"]) + 1))

    await asyncio.gather(*(count_one_more(database) for database in [one, other] * 10))

    assert await journal(one) == ["20"]


async def test_transactions_that_wait_for_each_other_are_told_to_try_again(
    one: PostgresDatabase, other: PostgresDatabase
) -> None:
    both = asyncio.Barrier(2)

    async def lock(database: PostgresDatabase, *names: str) -> None:
        async with database.begin() as tx:
            await tx.lock(names[0])
            await both.wait()
            await tx.lock(names[1])

    ends = await asyncio.gather(lock(one, "a", "b"), lock(other, "b", "a"), return_exceptions=True)

    assert [type(end) for end in ends if end] == [Unavailable]


async def test_a_connection_that_was_lost_is_told_and_replaced(
    one: PostgresDatabase, other: PostgresDatabase
) -> None:
    with pytest.raises(Unavailable):
        async with one.begin() as tx:
            row = await tx.one("SELECT pg_backend_pid() AS pid")
            assert row
            await other.one("SELECT pg_terminate_backend(CAST(:pid AS integer))", pid=row["pid"])
            await add(tx, "lost")

    async with one.begin() as tx:
        await add(tx, "kept")
    assert await journal(one) == ["kept"]


async def test_a_statement_that_takes_too_long_is_ended(one: PostgresDatabase) -> None:
    database = PostgresDatabase.of_url(f"{DATABASE_URL}?statement_timeout=50", "test_office")

    with pytest.raises(Unavailable, match="statement timeout"):
        await database.one("SELECT pg_sleep(5)")

    async with database.begin_migration("") as tx:
        await tx.one("SELECT pg_sleep(0.1)")
    await database.close()


async def test_who_hangs_in_a_transaction_keeps_others_waiting_only_for_a_while(
    one: PostgresDatabase, other: PostgresDatabase
) -> None:
    hanging = PostgresDatabase.of_url(
        f"{DATABASE_URL}?idle_in_transaction_session_timeout=100", "test_office"
    )
    with pytest.raises(Unavailable):
        async with hanging.begin() as tx:
            await tx.lock("name")
            async with asyncio.timeout(5):
                await asyncio.create_task(lock_alone(other))
            await add(tx, "too late")
    await hanging.close()

    assert await journal(one) == []


async def lock_alone(database: PostgresDatabase) -> None:
    transaction_is_open.set(False)  # as in another process
    async with database.begin() as tx:
        await tx.lock("name")


async def test_where_all_connections_are_taken_one_is_waited_for_and_then_told_of(
    one: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "PATIENCE", 0.05)
    monkeypatch.setenv("DATABASE_POOL", "1")
    small = PostgresDatabase.of_url(DATABASE_URL, "test_office")
    async with small.begin():
        with pytest.raises(Unavailable, match="no connection to the database .* in time"):
            await small.one("SELECT 1")
    await small.close()


async def test_a_server_that_accepts_too_few_connections_is_not_used(
    one: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await one.one("SELECT current_setting('max_connections')::int AS most")
    assert row
    monkeypatch.setenv("DATABASE_CONNECTIONS", str(row["most"]))  # some are for administrators only
    crowded = PostgresDatabase.of_url(DATABASE_URL, "test_crowded")

    with pytest.raises(Unavailable, match="raise max_connections of the server") as refusal:
        await crowded.one("SELECT 1")

    assert "\n" not in str(refusal.value)
    assert await one.one("SELECT 1 FROM pg_namespace WHERE nspname = 'test_crowded'") is None


async def test_a_limit_of_the_role_counts(one: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    async with one.begin() as tx:
        await tx.execute("ALTER ROLE CURRENT_USER CONNECTION LIMIT 50")
    monkeypatch.setenv("DATABASE_CONNECTIONS", "51")
    crowded = PostgresDatabase.of_url(DATABASE_URL, "test_crowded")
    try:
        with pytest.raises(Unavailable, match="accepts 50 connections, and DATABASE_CONNECTIONS is 51"):
            await crowded.one("SELECT 1")
    finally:
        async with one.begin() as tx:
            await tx.execute("ALTER ROLE CURRENT_USER CONNECTION LIMIT -1")


async def test_a_request_that_is_cut_off_leaves_nothing_behind(one: PostgresDatabase) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), one.begin() as tx:
            await add(tx, "cut off")
            await tx.one("SELECT pg_sleep(5)")

    assert await journal(one) == []


async def test_errors_do_not_tell_what_a_row_holds(one: PostgresDatabase) -> None:
    async with one.begin() as tx:
        await tx.execute("CREATE TABLE secrets (word TEXT UNIQUE CHECK (word <> 'forbidden'))")
        await insert(tx, "secrets", {"word": "hush"})
    for word in ("hush", "forbidden"):
        with pytest.raises(Exception, match="violates") as failure:
            async with one.begin() as tx:
                await insert(tx, "secrets", {"word": word})
        assert word not in str(failure.value)
        assert isinstance(failure.value, Duplicate) is (word == "hush")


async def test_a_text_that_cannot_be_there_is_not_found(one: PostgresDatabase) -> None:
    assert await one.one("SELECT line FROM journal WHERE action = :action", action="\0") is None


async def test_sums_are_numbers_as_in_sqlite(one: PostgresDatabase) -> None:
    async with one.begin() as tx:
        await tx.execute("CREATE TABLE prices (price BIGINT)")
        await tx.execute("INSERT INTO prices VALUES (1), (2)")

    found = await one.one("SELECT sum(price) AS all, avg(price) AS mean FROM prices")

    assert found == {"all": 3, "mean": 1.5}
    assert [type(value) for value in found.values()] == [int, float]


async def test_processes_that_start_together_migrate_once() -> None:
    processes = [PostgresDatabase.of_url(DATABASE_URL, "test_started") for _ in range(4)]

    await asyncio.gather(*(migrate(process, ["acme.platform"]) for process in processes))

    for process in processes[1:]:
        await process.close()
    await drop(processes[0], "test_started")


WHERE = DATABASE_URL.rpartition("@")[2]
REFUSED = {
    f"postgresql://nobody:wrong@{WHERE}": "check user and password in DATABASE_URL",
    f"{DATABASE_URL}_is_missing": "create it, or use another one in DATABASE_URL",
    f"{DATABASE_URL}?no_such_option=1": "remove the unknown parameter from DATABASE_URL",
}


@pytest.mark.parametrize("url", REFUSED)
async def test_what_the_server_refuses_is_told_with_what_to_do(url: str) -> None:
    with pytest.raises(Unavailable, match=REFUSED[url]):
        await PostgresDatabase.of_url(url, "test_office").one("SELECT 1")


async def test_where_nobody_listens_that_is_told() -> None:
    with pytest.raises(Unavailable, match="no connection to the database at 127.0.0.1:1: "):
        await PostgresDatabase.of_url("postgresql://ada:hush@127.0.0.1:1/shop", "test_office").one("SELECT 1")
