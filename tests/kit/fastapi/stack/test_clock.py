"""All processes on one database agree on the time, and none needs its machine for it."""

import time

import pytest

from acme.platform.storage.clock import TOLERANCE, Clock, reading
from acme.platform.storage.database import Database


async def agree(clock: Clock, database: Database) -> float:
    async with database.begin() as tx:
        return await clock.agree(tx)


async def note(database: Database, seconds: float) -> None:
    async with database.begin() as tx:
        await tx.execute("UPDATE _clock SET seconds = :seconds", seconds=seconds)


async def test_who_is_behind_goes_on_from_what_the_others_have_noted(database: Database) -> None:
    await note(database, 5000.0)
    clock = Clock()

    assert await agree(clock, database) >= 5000.0
    assert clock.now() < 5010.0


async def test_who_is_ahead_is_followed_by_the_others(database: Database) -> None:
    one, other = Clock(), Clock()
    await note(database, 5000.0)
    await agree(one, database)
    await note(database, 1.0)

    await agree(one, database)

    assert await agree(other, database) >= 5000.0


async def test_none_is_further_ahead_than_what_is_tolerated(database: Database) -> None:
    clocks = [Clock() for _ in range(5)]
    for _ in range(20):
        times = [await agree(clock, database) for clock in clocks]
        assert max(times) - min(times) < TOLERANCE


async def test_it_never_goes_back(database: Database) -> None:
    clock, seen = Clock(), 0.0
    for _ in range(50):
        now = await agree(clock, database)
        assert seen <= now <= clock.now()
        assert seen <= await reading(database)
        seen = clock.now()


async def test_the_clock_of_the_machine_does_not_count(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    before = await agree(clock, database)

    monkeypatch.setattr(time, "time", lambda: 9e9)

    assert await agree(clock, database) < before + 10
