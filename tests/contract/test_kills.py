"""Processes die at any moment, in the middle of anything, and what must hold still holds."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial

import pytest

from tests.contract.invariants import Witness, assert_all_holds_at_rest
from tests.support.event_log import databases_of, inversions, log_of
from tests.support.shop import Order, Product, Shop
from tests.support.system import GATEWAY, System

KILLS = int(os.environ.get("KILLS", "20"))
ORDERS_PER_KILL = 50
LATEST_KILL_SECONDS = 0.3
ANSWER_SECONDS = 180.0
CARDS = ["card"] * 5 + ["card_declined"] * 2 + ["card_slow", "card_flaky", "card_lost_reply"]


@dataclass(slots=True)
class Crowd:
    """Buyers who repeat a request under the same key until it is answered."""

    buyers: list[Shop]
    products: list[Product]
    dice: random.Random
    orders: list[Future[Order]] = field(default_factory=list)

    def start_ordering(self, clients: ThreadPoolExecutor, count: int) -> list[Future[Order]]:
        orders = [clients.submit(self._wish()) for _ in range(count)]
        self.orders += orders
        return orders

    def _wish(self) -> Callable[[], Order]:
        lines = [(product, self.dice.randint(1, 3)) for product in self.dice.choices(self.products, k=2)]
        buyer, card = self.dice.choice(self.buyers), self.dice.choice(CARDS)
        return partial(buyer.order_until_answered, *lines, card=card, within=ANSWER_SECONDS)


@pytest.mark.long
@pytest.mark.timeout(420)
@pytest.mark.parametrize("seed", [1])
def test_what_must_hold_holds_after_processes_are_killed(
    system: System, seller: Shop, shop: Shop, seed: int
) -> None:
    dice = random.Random(seed)
    products = [
        seller.product(price=price, stock=stock) for price, stock in ((5, 10_000), (999, 300), (300_000, 90))
    ]
    crowd = Crowd([shop.register() for _ in range(4)], products, dice)

    with ThreadPoolExecutor(4 * ORDERS_PER_KILL) as clients:
        for _ in range(KILLS):
            wait(crowd.start_ordering(clients, ORDERS_PER_KILL), timeout=dice.uniform(0, LATEST_KILL_SECONDS))
            victim = _victim(system, dice)
            system.kill(victim)
            system.wait_ready(victim)

    placed = [order.result() for order in crowd.orders]
    assert_all_holds_at_rest(system, Witness(crowd.buyers, products, placed))
    counts = f"{len(placed)} orders, {KILLS} kills; lost 0, doubled 0, stuck 0"
    if log_of(system).file.exists():
        files = [file for file in databases_of(system) if file.exists()]  # none, on a database server
        assert inversions(log_of(system), files) == []
        counts += ", inversions 0"
    sys.stdout.write(f"{counts}\n")


def _victim(system: System, dice: random.Random) -> str:
    """Mostly one of the services, now and then the gateway."""
    return GATEWAY if dice.random() < 0.1 else dice.choice(system.workers).name
