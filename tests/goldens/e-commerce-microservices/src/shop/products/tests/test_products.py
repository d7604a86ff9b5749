from collections.abc import AsyncIterator

import pytest

from conftest import new_database
from shop import products as package
from shop.platform.storage.database import Database
from shop.platform.workflows.actions import Refused
from shop.products.actions import release, reserve
from shop.products.messages import Release, Reserve, ReserveResult
from shop.products.resource import Product, products
from shop.products.types import Line


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    async with new_database(package.service) as database:
        yield database
        await database.close()


async def stocked(database: Database, stock: int, price: int = 5) -> str:
    async with database.begin() as tx:
        return (await products.insert(tx, Product(name="Lamp", price=price, stock=stock))).id


async def stock_of(database: Database, id: str) -> int:
    product = await products.find(database, id)
    assert product
    return product.stock


def lines(*wanted: tuple[str, int]) -> list[Line]:
    return [Line(product_id=id, quantity=quantity) for id, quantity in wanted]


async def test_reserving_reduces_the_stock_and_returns_the_total(database: Database) -> None:
    lamp = await stocked(database, stock=10, price=300)

    async with database.begin() as tx:
        answer = await reserve.run(tx, Reserve(items=lines((lamp, 2), (lamp, 3))))

    assert answer == ReserveResult(total=1500)
    assert await stock_of(database, lamp) == 5


async def test_either_all_items_are_reserved_or_none(database: Database) -> None:
    lamp, chair = await stocked(database, stock=10), await stocked(database, stock=1)

    with pytest.raises(Refused, match="out_of_stock"):
        async with database.begin() as tx:
            await reserve.run(tx, Reserve(items=lines((lamp, 1), (chair, 2))))

    assert await stock_of(database, lamp) == 10


async def test_lines_of_one_product_add_up(database: Database) -> None:
    lamp = await stocked(database, stock=3)

    with pytest.raises(Refused, match="out_of_stock"):
        async with database.begin() as tx:
            await reserve.run(tx, Reserve(items=lines((lamp, 2), (lamp, 2))))


async def test_releasing_restores_the_stock(database: Database) -> None:
    lamp = await stocked(database, stock=10)
    wanted = lines((lamp, 4))

    async with database.begin() as tx:
        await reserve.run(tx, Reserve(items=wanted))
        await release.run(tx, Release(items=wanted, total=20))

    assert await stock_of(database, lamp) == 10
