"""One orchestrator or two, calls twice and out of order, what is needed slow or gone."""

from __future__ import annotations

import time

from tests.sagas import scenarios
from tests.sagas.stage import Stage
from tests.support.hanging import hanging
from tests.support.shop import at_once, ok
from tests.support.system import GATEWAY, REGISTRY

MORE_THAN_TASKS_AT_ONCE = 80
LEASE_SECONDS = 15.0


def test_an_orchestrator_that_dies_goes_on_where_it_was(one_each: Stage) -> None:
    scenarios.the_orchestrator_dies_and_comes_back(one_each)
    one_each.check()


def test_another_orchestrator_goes_on_for_one_that_is_gone(two_each: Stage) -> None:
    scenarios.one_of_two_orchestrators_dies_for_good(two_each)
    two_each.check()


def test_two_orchestrators_do_each_order_once(two_each: Stage) -> None:
    cards = ["card", "card_declined", "card_flaky", "card_slow"]
    at_once(20, lambda number: two_each.order(cards[number % len(cards)]))

    two_each.check()


def test_an_undo_that_overtakes_its_action_prevents_it(one_each: Stage) -> None:
    scenarios.an_undo_overtakes_its_action(one_each)


def test_calls_that_come_twice_and_out_of_order_change_nothing_more(one_each: Stage) -> None:
    scenarios.calls_come_twice_and_out_of_order(one_each)


def test_who_waits_for_a_slow_service_is_quick_in_all_else(one_each: Stage) -> None:
    gone = one_each.buyer.product(stock=0)
    with hanging(one_each.system, "payments"):
        waiting = at_once(MORE_THAN_TASKS_AT_ONCE, lambda _: one_each.order())
        started = time.monotonic()
        refused = one_each.end_of(one_each.order("card", None, (gone, 1)), within=15)
        for _ in range(20):
            ok(one_each.buyer.get("/orders", limit=1))
        seconds = time.monotonic() - started

        assert (refused.status, refused.reason) == ("cancelled", "out_of_stock")
        assert seconds < 15
        assert one_each.buyer.look_at(waiting[-1]).status == "pending"

    assert {one_each.end_of(order).status for order in waiting} == {"confirmed"}
    one_each.check()


def test_without_the_registry_orders_end_as_ever(one_each: Stage) -> None:
    assert one_each.end_of(one_each.order()).status == "confirmed"  # now all have heard of each other
    with one_each.system.without_restarts():
        one_each.system.kill(REGISTRY)
        for _ in range(4):
            time.sleep(LEASE_SECONDS / 3)
            assert one_each.end_of(one_each.order()).status == "confirmed"

    one_each.check()


def test_a_gateway_that_is_killed_loses_no_order(one_each: Stage) -> None:
    for _ in range(3):
        one_each.system.kill(GATEWAY)
        one_each.order()

    one_each.check()


def test_an_instance_that_hangs_and_comes_back_changes_nothing(two_each: Stage) -> None:
    for name in ("payments.1", "products.2", "orders.1"):
        two_each.order()
        with hanging(two_each.system, name):
            two_each.end_of(two_each.order())

    two_each.check()
