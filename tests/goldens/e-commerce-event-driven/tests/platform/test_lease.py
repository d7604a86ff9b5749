"""Of all processes on one database, one holds the lease."""

import pytest

from shop.platform import lease
from shop.platform.database import Database
from shop.platform.lease import Lease


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


async def test_each_name_is_a_lease_of_its_own(database: Database) -> None:
    assert await Lease(database, "chore").held()
    assert await Lease(database, "other chore").held()
