"""Whatever the clocks of machines say: no order is stuck, and none is done twice."""

from __future__ import annotations

import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.clocks.machines import SEEN_AFTER, Machine, second_process
from tests.sagas.stage import Stage
from tests.support.event_log import log_of
from tests.support.shop import Order

pytestmark = pytest.mark.needs("faketime")

ORDERS = 12
DECIDED_SECONDS = 60.0
"""Leases are of 2 to 5 seconds: a clock that was believed would hold orders up for an hour."""
TEN_MINUTES = 600
OTHERS = {
    "forwards-crashed": (3600, True),
    "backwards-running": (-3600, False),
    "forwards by 40 days-running": (40 * 86400, False),
    "forwards by 40 days-crashed": (40 * 86400, True),
    "backwards by 40 days-running": (-40 * 86400, False),
    "backwards by 40 days-crashed": (-40 * 86400, True),
}
"""Name -> seconds by which the clock is set, and whether all processes die at the same time."""


def some_orders(stage: Stage, count: int = ORDERS) -> list[Order]:
    """Half of them wait for a slow bank, and so are open for a while."""
    with ThreadPoolExecutor(count) as clients:
        cards = ["card_slow" if number % 2 else "card" for number in range(count)]
        return list(clients.map(stage.order, cards))


def assert_all_are_decided(stage: Stage, orders: list[Order]) -> float:
    begun = time.monotonic()
    for order in orders:
        stage.end_of(order, max(1.0, DECIDED_SECONDS - (time.monotonic() - begun)))
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("offset", "crash"),
    [
        pytest.param(3600, False, id="forwards-running"),
        pytest.param(-3600, True, id="backwards-crashed"),
        *(pytest.param(*case, id=name, marks=pytest.mark.exhaustive) for name, case in OTHERS.items()),
    ],
)
def test_a_clock_that_is_set_holds_up_no_order_and_does_none_twice(
    one_clock: Machine, offset: int, crash: bool
) -> None:
    stage = one_clock.stage
    one_clock.set_clock(0)
    time.sleep(SEEN_AFTER)
    one_clock.log_in_again(0)
    orders = some_orders(stage)

    if crash:
        one_clock.crash_all(offset)
    else:
        one_clock.set_clock(offset)
        time.sleep(SEEN_AFTER)
    one_clock.log_in_again(offset)
    orders += some_orders(stage)

    seconds = assert_all_are_decided(stage, orders)
    stage.check()
    sys.stdout.write(f"{len(orders)} orders decided after {seconds:.1f} s; stuck 0, done twice 0\n")


@pytest.mark.parametrize("offset", [TEN_MINUTES, -TEN_MINUTES], ids=["ahead", "behind"])
def test_two_processes_whose_clocks_differ_take_nothing_from_each_other(
    slow_bank: Stage, offset: int
) -> None:
    stage = slow_bank
    with second_process(stage, stage.system.part("orders").name, f"{offset:+d}") as other:
        orders = some_orders(stage)
        with ThreadPoolExecutor(ORDERS) as clients:
            cards = ["card_slow", "card"] * (ORDERS // 2)
            theirs = list(clients.map(lambda card: other.order((stage.products[0], 1), card=card), cards))
        stage.placed += theirs
        assert_all_are_decided(stage, orders + theirs)
        stage.check()

        assert most_attempts_at_a_charge(stage) == 1
        log = log_of(stage.system)
        told = [event["id"] for event in log.events()] if log.file.exists() else []
        assert len(told) == len({*told}), "two relays have told the same"


def most_attempts_at_a_charge(stage: Stage) -> int:
    """How often the bank was asked for one and the same charge: twice, where two processes had one task."""
    ledger = stage.system.folder / "var" / "payment-provider.db"
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as book:
        [(most,)] = book.execute("SELECT max(attempts) FROM charges")
    return int(most)
