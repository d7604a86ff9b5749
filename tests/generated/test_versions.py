"""Two versions of an event side by side: each service hears of everything once, in its own version."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.generated.recipes import PATTERNS, Recipe
from tests.generated.workshop import Workshop

pytestmark = pytest.mark.slow

ORDER = """
import asyncio, json, tempfile
from pathlib import Path

from tests.system import running

BODY = {
    "buyer": "Ada", "currency": "EUR", "amount": 5, "weight": 7, "shops": [{"street": "Ring", "number": 1}],
}


async def rows(client, path, number):
    async with asyncio.timeout(30):
        while len(found := (await client.get(path)).json()["items"]) < number:
            await asyncio.sleep(0.05)
    return found


async def order(client):
    return (await client.post("/orders", json=BODY)).json()["id"]


async def at_rest(client):
    async with asyncio.timeout(30):
        while any(each["status"] == "pending" for each in (await client.get("/orders")).json()["items"]):
            await asyncio.sleep(0.05)


async def main():
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as client:
            seen = await check(client, folder)
    print(json.dumps(seen))
"""

SIDE_BY_SIDE = """
async def check(client, folder):
    for _ in range(3):
        await order(client)
    await at_rest(client)
    return {path: await rows(client, f"/{path}", 3) for path in ("orders", "letters", "reports")}
"""

LONG_AGO = """
from kiosk.platform.adapters.brokers import open_broker
from kiosk.platform.messaging.broker import decode


async def check(client, folder):
    broker = open_broker(f"sqlite:///{folder}/_broker.db", [])
    sample = Path("docs/events/order.placed.sample.json").read_bytes()
    for _ in range(2):
        await broker.publish([decode(sample, "docs")])
    await order(client)
    seen = {path: await rows(client, f"/{path}", 2) for path in ("letters", "reports")}
    await broker.close()
    return seen
"""


def printed(recipe: Recipe, workshop: Workshop, check: str) -> Any:
    """What the check sees in the running system."""
    script = f"{ORDER}\n{check}\nasyncio.run(main())\n"
    said = workshop.run(recipe, "python", "-c", script, pythonpath="src")
    return json.loads(said.splitlines()[-1])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_order_is_heard_of_once_in_each_version(pattern: str, workshop: Workshop) -> None:
    seen = printed(Recipe("versions", pattern), workshop, SIDE_BY_SIDE)
    orders = sorted(order["id"] for order in seen["orders"])

    assert {order["status"] for order in seen["orders"]} == {"confirmed"}
    assert sorted(each["order_id"] for each in seen["letters"]) == orders
    assert {(each["user_id"], each["weight"]) for each in seen["letters"]} == {("", 7)}
    assert sorted(each["order_id"] for each in seen["reports"]) == orders
    assert {each["currency"] for each in seen["reports"]} == {"EUR"}


def test_an_event_of_long_ago_is_heard_by_services_of_today(workshop: Workshop) -> None:
    seen = printed(Recipe("versions", "event-driven"), workshop, LONG_AGO)

    assert sorted(each["currency"] for each in seen["reports"]) == ["", "EUR"]
    assert len(seen["letters"]) == len({each["order_id"] for each in seen["letters"]}) == 2
