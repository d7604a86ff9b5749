"""`python -m tests.benchmarks.kills`: the shop under `kill -9`, and how soon it is consistent afterwards.

While 16 clients place orders, random processes are killed. After the last kill and the last answer, the
invariants of `tests/contract` are checked until all of them hold. A round in which they do not hold in time
fails.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from blueprint.knowledge.results import Series
from tests.benchmarks.recording import recording
from tests.benchmarks.tables import machine, show, table
from tests.benchmarks.tools import PATTERNS, new_shop
from tests.contract.invariants import REST_SECONDS, Witness, violations
from tests.contract.test_kills import Crowd
from tests.support.shop import open_shop
from tests.support.system import GATEWAY, System

ROUNDS = 3
KILLS = 20
ORDERS = 200
CLIENTS = 16
STOCK = ((5, 10_000), (999, 300), (300_000, 90))
CONDITIONS = (
    f"the e-commerce preset on SQLite behind its gateway, {ORDERS} orders by {CLIENTS} clients, {KILLS} "
    "kills with SIGKILL 0.3 to 1 s apart, of a service or the gateway; half of the orders with a card that "
    "is declined, slow or fails; the time is from the last restart and the last answer until all invariants "
    "of tests/contract hold"
)


def main() -> None:
    sys.stdout.write(machine())
    rows = []
    with recording("kills", CONDITIONS) as found:
        for pattern in PATTERNS:
            rests, orders = [], []
            for seed in range(ROUNDS):
                with _shop(pattern) as system:
                    count, seconds = _round(system, random.Random(seed))
                orders.append(count)
                rests.append(round(seconds, 2))
            found[f"{pattern}/orders"] = Series("orders", tuple(orders))
            found[f"{pattern}/kills"] = Series("kills", (KILLS,) * ROUNDS)
            found[f"{pattern}/rest"] = Series("s", tuple(rests))
            rows.append(
                [pattern, f"{sum(orders)}", f"{KILLS * ROUNDS}", f"{min(rests):.1f} to {max(rests):.1f}"]
            )
    show("Kills", table(["pattern", "orders", "kills", "seconds until consistent"], rows))


@contextmanager
def _shop(pattern: str) -> Iterator[System]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        project = Path(name) / "shop"
        new_shop([sys.executable, "-m", "blueprint"], "shop", pattern, project, os.environ)
        with System(project, Path(name) / "log") as system:
            yield system


def _round(system: System, dice: random.Random) -> tuple[int, float]:
    """The number of orders, and the seconds until all invariants hold."""
    with open_shop(system.url) as visitor:
        seller = visitor.register()
        products = [seller.product(price=price, stock=stock) for price, stock in STOCK]
        crowd = Crowd([visitor.register() for _ in range(4)], products, dice)
        with ThreadPoolExecutor(CLIENTS) as clients:
            crowd.start_ordering(clients, ORDERS)
            for _ in range(KILLS):
                wait(crowd.orders, timeout=dice.uniform(0.3, 1))
                victim = GATEWAY if dice.random() < 0.1 else dice.choice(system.workers).name
                system.kill(victim)
                system.wait_ready(victim)
        witness = Witness(crowd.buyers, products, [order.result() for order in crowd.orders])
        return len(crowd.orders), _seconds_until_consistent(system, witness)


def _seconds_until_consistent(system: System, witness: Witness) -> float:
    started = time.monotonic()
    while found := violations(system, witness):
        if time.monotonic() - started > REST_SECONDS:
            raise AssertionError("\n".join(found))
        time.sleep(0.1)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
