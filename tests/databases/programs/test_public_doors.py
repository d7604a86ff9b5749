"""SQL of a project's own, on whichever database; runs among the tests of a generated shop."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel

from conftest import new_database
from shop.platform.storage.database import Database, Duplicate, insert
from shop.platform.http.problems import answer_with_problems
from shop.platform.storage.rows import InvalidValue, UnreadableRow
from shop.platform.storage.table import Record, Table
from shop.platform.values import Boolean, Money, Text, Time

NOON = datetime(2026, 1, 2, 12, 0, 0, 500000, UTC)


class Part(BaseModel):
    number: int


class Thing(Record):
    name: Text
    price: Money = 0
    parts: list[Part] = []
    tags: list[Text] = []
    good: Boolean | None = None
    since: Time = NOON
    first: Part | None = None


things = Table("things", Thing)
FULL = Thing(
    name="full",
    price=2**63 - 1,
    parts=[Part(number=1)],
    tags=["a", 'b"'],
    good=False,
    since=NOON + timedelta(hours=1),
    first=Part(number=2),
)


@pytest.fixture
async def db() -> AsyncIterator[Database]:
    async with new_database() as db:
        async with db.begin() as tx:
            await tx.execute(
                'CREATE TABLE things ("id" TEXT PRIMARY KEY, "created_at" TEXT, "name" TEXT UNIQUE, '
                '"price" BIGINT, "parts" TEXT, "tags" TEXT, "good" BOOLEAN, "since" TEXT, "first" TEXT)'
            )
        yield db


async def keep(db: Database, *new: Thing) -> None:
    async with db.begin() as tx:
        for thing in new:
            await things.insert(tx, thing)


async def names(db: Database, condition: str, **values: object) -> list[str]:
    return [thing.name for thing in await things.where(db, condition, **values)]


async def test_records_come_back_as_they_were(db: Database) -> None:
    empty = Thing(name="empty")
    await keep(db, empty, FULL)

    assert await things.where(db, "TRUE ORDER BY price DESC") == [FULL, empty]
    async with db.begin() as tx:
        assert await things.where(tx, "price >= :p ORDER BY price LIMIT 1", p=0) == [empty]
        assert things.records(await tx.all("SELECT *, 1 AS one FROM things WHERE name = 'full'")) == [FULL]


async def test_values_are_compared_as_columns_hold_them(db: Database) -> None:
    await keep(db, Thing(name="empty"), FULL)
    elsewhere = timezone(timedelta(hours=5))

    assert await names(db, "since > :t", t=NOON.astimezone(elsewhere)) == ["full"]
    assert await names(db, "since <= :t", t=NOON.astimezone(elsewhere)) == ["empty"]
    assert await names(db, "good = :good", good=False) == ["full"]
    assert await names(db, "tags = :tags", tags=["a", 'b"']) == ["full"]
    assert await names(db, "first = :first", first=Part(number=2)) == ["full"]
    assert await names(db, "price = :p OR price > :p", p=1) == ["full"]


@pytest.mark.parametrize("text", ["'; DROP TABLE things; --", ":name", "\0", "a\0b", "%", "💡" * 5000])
async def test_any_text_is_only_a_value(db: Database, text: str) -> None:
    await keep(db, Thing(name="empty"))

    assert await names(db, "name = :name", name=text) == []
    assert await names(db, "TRUE") == ["empty"]


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**40, "\ud800", "a\udfffb"], ids=repr)
async def test_what_no_column_can_hold_is_the_fault_of_whoever_asks(db: Database, value: object) -> None:
    column = "name" if isinstance(value, str) else "price"
    app = FastAPI()
    answer_with_problems(app)

    @app.get("/where")
    async def where() -> list[str]:
        return await names(db, f"{column} = :wanted", wanted=value)

    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/where")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["wanted"]
    with pytest.raises(InvalidValue):
        await things.find_by(db, **{column: value})


async def test_what_is_read_in_a_transaction_stays_until_its_end(db: Database) -> None:
    await keep(db, Thing(name="lamp"))

    async def raise_price() -> None:
        async with db.begin() as tx:
            [found] = await things.where(tx, "name = :name -- the only one", name="lamp")
            await asyncio.sleep(0.05)
            await things.update(tx, found.id, price=found.price + 1)

    await asyncio.gather(*(raise_price() for _ in range(4)))

    [found] = await things.where(db, "TRUE")
    assert found.price == 4


async def test_a_row_that_cannot_be_read_is_named(db: Database) -> None:
    spoilt = Thing(name="spoilt")
    await keep(db, Thing(name="empty"), spoilt)
    async with db.begin() as tx:
        await tx.execute("UPDATE things SET since = 'soon' WHERE name = 'spoilt'")

    found = await things.where(db, "price = 0")
    assert [thing.name for thing in found] == ["empty"]
    assert [error.id for error in found.unreadable] == [spoilt.id]
    with pytest.raises(UnreadableRow, match=spoilt.id):
        await things.where(db, "name = 'spoilt'")
    with pytest.raises(UnreadableRow, match=spoilt.id):
        async with db.begin() as tx:
            await things.where(tx, "price = 0")


async def test_a_mistake_in_the_code_is_an_error(db: Database) -> None:
    await keep(db, Thing(name="empty"))

    with pytest.raises(TypeError, match="the SELECT lacks created_at, name.* of things"):
        things.records(await db.all("SELECT id FROM things"))
    with pytest.raises(Exception, match=":least"):
        await things.where(db, "price >= :least")
    assert things.records(await db.all("SELECT id FROM things WHERE FALSE")) == []


async def test_the_connection_of_the_driver_is_in_the_transaction(db: Database) -> None:
    statement = "INSERT INTO things (id, name) VALUES ('1', 'driver')"
    with pytest.raises(ZeroDivisionError):
        async with db.begin() as tx:
            await _run(tx.connection, statement)
            raise ZeroDivisionError
    assert await db.all("SELECT id FROM things") == []

    async with db.begin() as tx:
        await _run(tx.connection, statement)
    assert await db.all("SELECT id FROM things") == [{"id": "1"}]


async def test_an_error_of_the_driver_is_one_of_the_port(db: Database) -> None:
    async with db.begin() as tx:
        await insert(tx, "things", {"id": "1", "name": "there"})

    with pytest.raises(Duplicate):
        async with db.begin() as tx:
            await _run(tx.connection, "INSERT INTO things (id, name) VALUES ('2', 'there')")


async def test_a_transaction_that_is_ended_inside_is_an_error(db: Database) -> None:
    with pytest.raises(Exception, match="transaction"):
        async with db.begin() as tx:
            await _run(tx.connection, "COMMIT")

    async with db.begin() as tx:
        await insert(tx, "things", {"id": "1", "name": "later"})
    assert len(await db.all("SELECT id FROM things")) == 1


async def _run(connection: object, statement: str) -> None:
    """What both drivers call the same; that of PostgreSQL has to be waited for."""
    done = connection.execute(statement)  # type: ignore[attr-defined]
    if asyncio.iscoroutine(done):
        await done
