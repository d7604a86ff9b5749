"""Who repeats a request with the same key gets the same answer."""

import asyncio
from uuid import uuid4

import pytest
from fastapi.exceptions import RequestValidationError

from shop.platform.database import Database
from shop.platform.idempotency import once
from tests.platform.doubles import Anything


async def request(database: Database, key: str | None = "key", number: int = 0, owner: str = "ada") -> str:
    async def make() -> str:
        return uuid4().hex

    async with database.begin() as tx:
        return await once(tx, owner, "POST /orders", key, Anything(number=number), make)


async def test_the_same_key_makes_one_resource(database: Database) -> None:
    assert await request(database) == await request(database)


async def test_many_at_once_make_one_resource(database: Database) -> None:
    assert len(set(await asyncio.gather(*(request(database) for _ in range(20))))) == 1


async def test_the_same_key_with_another_body_is_refused(database: Database) -> None:
    await request(database)

    with pytest.raises(RequestValidationError):
        await request(database, number=1)


async def test_keys_are_each_owners_own(database: Database) -> None:
    assert await request(database, owner="ada") != await request(database, owner="bob")


async def test_without_a_key_every_request_makes_a_resource(database: Database) -> None:
    assert await request(database, key=None) != await request(database, key=None)
