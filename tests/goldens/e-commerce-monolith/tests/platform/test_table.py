"""What is kept comes back as it was."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from shop.platform.database import Database
from shop.platform.pages import Cursor
from shop.platform.table import Record, Table
from shop.platform.values import Boolean
from tests.platform.doubles import Anything


class Thing(Record):
    group: str
    parts: list[Anything] = []
    good: Boolean = True
    since: datetime = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
    note: str | None = None


things = Table("things", Thing)


@pytest.fixture
async def shelf(database: Database) -> AsyncIterator[Database]:
    async with database.begin() as tx:
        await tx.execute(
            'CREATE TABLE things ("id" TEXT PRIMARY KEY, "created_at" TEXT, "group" TEXT, "parts" TEXT, '
            '"good" BOOLEAN, "since" TEXT, "note" TEXT)'
        )
    yield database


async def kept(shelf: Database, *new: Thing) -> list[str]:
    async with shelf.begin() as tx:
        return [(await things.insert(tx, thing)).id for thing in new]


async def test_every_kind_of_value_comes_back(shelf: Database) -> None:
    thing = Thing(group="a", parts=[Anything(number=1), Anything(number=2)], good=False, note="näh")
    await kept(shelf, thing)

    assert await things.find(shelf, thing.id) == thing


async def test_only_what_matches_is_found(shelf: Database) -> None:
    [first, _, third] = await kept(shelf, Thing(group="a"), Thing(group="b"), Thing(group="a"))

    assert [thing.id for thing in await things.find_by(shelf, group="a")] == [first, third]


@pytest.mark.parametrize("newest_first", [False, True])
async def test_pages_hold_everything_once_and_in_order(shelf: Database, newest_first: bool) -> None:
    ids = await kept(shelf, *(Thing(group="a") for _ in range(5)), Thing(group="b"))
    wanted = sorted(ids[:5], reverse=newest_first)

    first = await things.page(shelf, Cursor(3), newest_first, group="a")
    second = await things.page(shelf, Cursor(3, first.items[-1].id), newest_first, group="a")

    assert [thing.id for thing in first.items + second.items] == wanted
    assert first.next_cursor
    assert second.next_cursor is None


async def test_changes_are_kept(shelf: Database) -> None:
    [id] = await kept(shelf, Thing(group="a", note="old"))

    async with shelf.begin() as tx:
        assert await things.update(tx, id, note=None, parts=[Anything(number=3)])

    thing = await things.find(shelf, id)
    assert thing
    assert (thing.note, thing.parts) == (None, [Anything(number=3)])


async def test_what_is_not_there_cannot_be_changed_or_deleted(shelf: Database) -> None:
    async with shelf.begin() as tx:
        assert not await things.update(tx, "nothing", note="x")
        assert not await things.delete(tx, "nothing")
