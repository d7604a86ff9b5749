"""The checkout of the whole shop, through its base URL."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from conftest import as_user


class Customer:
    """A user who is logged in."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def log_in(self) -> None:
        self._headers = as_user(uuid4().hex)

    async def get(self, path: str, **params: str) -> Any:
        return (await self._client.get(path, params=params, headers=self._headers)).json()

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        return (await self._client.post(path, json=body, headers=self._headers)).json()

    async def stock_up(self, stock: int, price: int = 500) -> str:
        return str((await self.post("/products", {"name": "Lamp", "price": price, "stock": stock}))["id"])

    async def buy(self, product: str, quantity: int = 1, card: str = "card") -> Any:
        """Place an order and return it when it is confirmed or cancelled."""
        items = [{"product_id": product, "quantity": quantity}]
        order = await self.post("/orders", {"items": items, "payment_method": card})
        async with asyncio.timeout(20):
            while order["status"] == "pending":
                await asyncio.sleep(0.01)
                order = await self.get(f"/orders/{order['id']}")
        return order

    async def stock(self, product: str) -> int:
        return int((await self.get(f"/products/{product}"))["stock"])

    async def payments(self, order: Any) -> list[tuple[int, str]]:
        payments = (await self.get("/payments", order_id=order["id"]))["items"]
        return [(payment["amount"], payment["status"]) for payment in payments]


@pytest.fixture
async def customer(system: AsyncClient) -> Customer:
    customer = Customer(system)
    await customer.log_in()
    return customer


async def test_a_confirmed_order_is_paid_and_reduces_the_stock(customer: Customer) -> None:
    lamp = await customer.stock_up(10, price=500)

    order = await customer.buy(lamp, 2)

    assert (order["status"], order["total"]) == ("confirmed", 1000)
    assert await customer.stock(lamp) == 8
    assert await customer.payments(order) == [(1000, "captured")]


async def test_an_order_over_the_stock_is_not_charged(customer: Customer) -> None:
    lamp = await customer.stock_up(1)

    order = await customer.buy(lamp, 2)

    assert (order["status"], order["reason"]) == ("cancelled", "out_of_stock")
    assert await customer.payments(order) == []


async def test_a_declined_payment_releases_the_stock(customer: Customer) -> None:
    lamp = await customer.stock_up(3)

    order = await customer.buy(lamp, 2, card="card_declined")

    assert (order["status"], order["reason"]) == ("cancelled", "payment_declined")
    assert await customer.stock(lamp) == 3
    assert await customer.payments(order) == [(1000, "declined")]


async def test_an_unknown_product_cannot_be_ordered(customer: Customer) -> None:
    order = await customer.buy("no such product")

    assert (order["status"], order["reason"]) == ("cancelled", "unknown_product")


async def test_a_failed_charge_is_retried(customer: Customer) -> None:
    lamp = await customer.stock_up(1)

    order = await customer.buy(lamp, card="card_flaky")

    assert order["status"] == "confirmed"
    assert await customer.payments(order) == [(500, "captured")]


async def test_concurrent_orders_do_not_oversell(customer: Customer) -> None:
    lamp = await customer.stock_up(3)

    orders = await asyncio.gather(*[customer.buy(lamp) for _ in range(8)])

    assert sorted(order["status"] for order in orders) == ["cancelled"] * 5 + ["confirmed"] * 3
    assert await customer.stock(lamp) == 0
