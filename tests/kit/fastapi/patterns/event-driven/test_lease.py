"""Of all processes on one database, one holds the lease."""

import asyncio

import pytest

from acme.platform.storage import lease
from acme.platform.storage.database import Database
from acme.platform.storage.lease import Lease
from acme.platform.workflows.tasks import Unavailable


@pytest.fixture(autouse=True)
def no_term(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease that runs out only when a test says so."""
    monkeypatch.setattr(lease, "TERM", 60.0)


async def test_one_holds_it_and_goes_on_holding_it(database: Database) -> None:
    one, other = Lease(database, "chore"), Lease(database, "chore")

    assert [await one.held(), await other.held(), await one.held()] == [True, False, True]


async def test_it_is_free_once_it_was_released(database: Database) -> None:
    one, other = Lease(database, "chore"), Lease(database, "chore")
    await one.held()

    await one.release()

    assert [await other.held(), await one.held()] == [True, False]


async def test_it_is_free_once_its_holder_was_silent_for_a_term(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "TERM", -1.0)
    one, other = Lease(database, "chore"), Lease(database, "chore")
    await one.held()
    monkeypatch.setattr(lease, "TERM", 60.0)

    assert [await other.held(), await one.held()] == [True, False]


async def test_who_comes_again_after_another_one_can_write_nothing_of_before(database: Database) -> None:
    one, other = Lease(database, "chore"), Lease(database, "chore")
    await one.held()
    async with database.begin() as tx:
        await tx.execute("UPDATE _leases SET until = 0")

    assert await other.held()

    with pytest.raises(Unavailable):
        async with database.begin() as tx:
            await one.confirm(tx)
    async with database.begin() as tx:
        await other.confirm(tx)
    assert not await one.held()


async def test_who_is_a_little_behind_takes_it_from_nobody(database: Database) -> None:
    one, other = Lease(database, "chore"), Lease(database, "chore")
    async with database.begin() as tx:
        await tx.execute("UPDATE _clock SET seconds = 100")
    await one.held()
    async with database.begin() as tx:
        await tx.execute("UPDATE _clock SET seconds = seconds - 0.5")

    assert not await other.held()


async def test_a_term_that_ends_later_than_it_can_has_ended(database: Database) -> None:
    one, other = Lease(database, "chore"), Lease(database, "chore")
    await one.held()
    async with database.begin() as tx:
        await tx.execute("UPDATE _leases SET until = until + 3600")

    assert await other.held()


async def test_it_is_held_for_as_long_as_the_work_takes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "TERM", 0.2)
    one, other = Lease(database, "chore"), Lease(database, "chore")
    await one.held()

    async def work() -> list[bool]:
        found = []
        for _ in range(10):
            await asyncio.sleep(0.05)
            found.append(await other.held())
        return found

    assert not any(await one.holding(work()))


async def test_each_name_is_a_lease_of_its_own(database: Database) -> None:
    assert await Lease(database, "chore").held()
    assert await Lease(database, "other chore").held()
