"""Processes are killed and hang at random while orders come in; counted in the end: lost, doubled, stuck."""

from __future__ import annotations

import random
import signal
import sys
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest

from tests.sagas.stage import Stage
from tests.support.shop import Order, Product, Shop
from tests.support.system import GATEWAY, REGISTRY, System

CARDS = ["card"] * 5 + ["card_declined"] * 2 + ["card_slow", "card_flaky", "card_lost_reply"]
ORDERS_PER_KILL = 10
LATEST_KILL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 2.0


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("kills", [12, pytest.param(100, marks=pytest.mark.exhaustive)])
def test_what_must_hold_holds_after_kills_and_pauses_at_random(two_each: Stage, kills: int) -> None:
    dice = random.Random(kills)
    buyers = [two_each.buyer, *(two_each.buyer.register() for _ in range(3))]
    done: Counter[str] = Counter()
    orders: list[Future[Order]] = []

    with ThreadPoolExecutor(2 * ORDERS_PER_KILL) as clients:
        for _ in range(kills):
            orders += [clients.submit(_order, two_each, dice, buyers) for _ in range(ORDERS_PER_KILL)]
            wait(orders[-ORDERS_PER_KILL:], timeout=dice.uniform(0, LATEST_KILL_SECONDS))
            done[_hurt(two_each.system, dice)] += 1
    for order in orders:
        order.result()

    two_each.check(*buyers)
    hurt = ", ".join(f"{what} {count}" for what, count in sorted(done.items()))
    sys.stdout.write(f"{len(orders)} orders; {hurt}; lost 0, doubled 0, stuck 0\n")


def _order(stage: Stage, dice: random.Random, buyers: list[Shop]) -> Order:
    lines: list[tuple[Product, int]] = [
        (product, dice.randint(1, 3)) for product in dice.choices(stage.products, k=2)
    ]
    return stage.order(dice.choice(CARDS), dice.choice(buyers), *lines)


def _hurt(system: System, dice: random.Random) -> str:
    """Kill or pause a process; return what was done."""
    chance = dice.random()
    if chance < 0.1:
        name = GATEWAY if chance < 0.05 else REGISTRY
        system.kill(name)
        system.wait_ready(name)
        return f"kills of the {name}"
    name = dice.choice(system.workers).name
    if chance < 0.25:
        system.kill(name, signal.SIGSTOP)
        time.sleep(dice.uniform(0, LONGEST_PAUSE_SECONDS))
        system.kill(name, signal.SIGCONT)
        return "pauses"
    system.kill(name)
    system.wait_ready(name)
    return "kills of services"
