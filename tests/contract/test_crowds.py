"""Many clients at once: nothing is sold twice, nothing is lost."""

from __future__ import annotations

import random

from tests.contract.invariants import Witness, assert_all_holds_at_rest
from tests.support.shop import Order, Shop, at_once
from tests.support.system import System

CARDS = ["card"] * 5 + ["card_declined"] * 2 + ["card_slow", "card_flaky", "card_lost_reply"]


def test_fifty_clients_buy_the_last_ten_units_and_ten_get_one(
    system: System, seller: Shop, newcomer: Shop
) -> None:
    product = seller.product(stock=10)

    placed = at_once(50, lambda _: newcomer.order((product, 1)))
    ends = [newcomer.final(order) for order in placed]

    assert sorted(order.reason or "" for order in ends) == 10 * [""] + 40 * ["out_of_stock"]
    assert_all_holds_at_rest(system, Witness([newcomer], [product], placed))


def test_orders_of_all_kinds_conserve_stock_and_money(system: System, seller: Shop, shop: Shop) -> None:
    products = [
        seller.product(price=price, stock=stock) for price, stock in ((5, 1000), (999, 40), (300_000, 60))
    ]
    buyers = [shop.register() for _ in range(3)]

    def shop_around(number: int) -> list[Order]:
        dice = random.Random(number)
        return [
            buyers[number % 3].order(
                *((product, dice.randint(1, 4)) for product in dice.choices(products, k=dice.randint(1, 3))),
                card=dice.choice(CARDS),
            )
            for _ in range(10)
        ]

    placed = [order for orders in at_once(10, shop_around) for order in orders]

    assert_all_holds_at_rest(system, Witness(buyers, products, placed))


def test_two_orders_for_the_same_products_in_opposite_order_both_end(
    system: System, seller: Shop, newcomer: Shop
) -> None:
    one, two = seller.product(price=1, stock=100), seller.product(price=1, stock=100)

    placed = at_once(20, lambda n: newcomer.order(*[(one, 1), (two, 1)][:: 1 if n % 2 else -1]))

    assert {newcomer.final(order).status for order in placed} == {"confirmed"}
    assert_all_holds_at_rest(system, Witness([newcomer], [one, two], placed))
