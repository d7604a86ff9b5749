"""Whose an order is: nobody else sees it, its payments, or that it exists."""

from __future__ import annotations

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, ok


def test_an_order_does_not_exist_for_anyone_else(seller: Shop, newcomer: Shop, buyer: Shop) -> None:
    order = newcomer.buy((seller.product(), 1))

    theirs, unknown = buyer.get(f"/orders/{order.id}"), buyer.get("/orders/nothing")

    assert_problem(theirs, 404)
    assert theirs.json() == unknown.json()


def test_orders_of_others_are_not_on_the_list(seller: Shop, newcomer: Shop, shop: Shop) -> None:
    newcomer.order((seller.product(), 1))

    assert shop.register().orders() == []


def test_payments_of_others_are_not_on_the_list(seller: Shop, newcomer: Shop, buyer: Shop) -> None:
    order = newcomer.buy((seller.product(), 1))

    assert len(newcomer.payments(order)) == 1
    assert buyer.payments(order) == []


def test_an_order_that_nobody_has_has_no_payments(buyer: Shop) -> None:
    assert ok(buyer.get("/payments", order_id="nothing")) == {"items": []}
