"""A process that is down or does not answer: the gateway says so in the form of every other error."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.contract.problems import assert_problem
from tests.support.shop import Order, Shop, ok, read
from tests.support.system import System


@contextmanager
def _down(system: System, part: str) -> Iterator[None]:
    """The process of this part is killed, and not started again before the end of the block."""
    name = system.part(part).name
    with system.without_restarts():
        system.kill(name)
        system.wait_not_ready(name)
        yield
    system.wait_ready(name)


@contextmanager
def _stopped(system: System, part: str) -> Iterator[None]:
    """The process of this part takes connections, but does nothing."""
    name = system.part(part).name
    system.kill(name, signal.SIGSTOP)
    try:
        yield
    finally:
        system.kill(name, signal.SIGCONT)
    system.wait_ready(name)


def test_where_no_process_answers_the_gateway_does(system: System, shop: Shop) -> None:
    with _down(system, "products"):
        answer = shop.get("/products")

    assert_problem(answer, 502, 503)


def test_a_process_that_is_too_late_is_not_waited_for_without_end(system: System, shop: Shop) -> None:
    with _stopped(system, "products"):
        answer = shop.get("/products")

    assert_problem(answer, 503, 504)


def test_orders_are_taken_while_payments_are_down(system: System, seller: Shop, buyer: Shop) -> None:
    """Where one process holds both, the order is refused as a whole, and the same key works afterwards."""
    product, key = seller.product(), "while-payments-are-down"
    apart = system.part("payments") != system.part("orders")

    with _down(system, "payments"):
        answer = buyer.try_order((product, 1), key=key)
        if apart:
            assert buyer.look_at(read(Order, answer.json())).status == "pending"
        else:
            assert_problem(answer, 502, 503)

    assert buyer.final(buyer.order((product, 1), key=key)).status == "confirmed"
    assert seller.stock_of(product) == product.stock - 1


@pytest.mark.parametrize("part", ["users", "products", "payments"])
def test_a_process_that_is_down_takes_only_its_own_parts_away(system: System, buyer: Shop, part: str) -> None:
    apart = system.part(part) != system.part("orders")

    with _down(system, part):
        answer = buyer.get("/orders", limit=1)

    if apart:
        assert ok(answer)
    else:
        assert_problem(answer, 502, 503)
