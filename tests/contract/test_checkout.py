"""The way of an order: priced, reserved, paid and confirmed, or cancelled with nothing taken."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.shop import Order, Product, Shop, at_once, created, ok, read
from tests.support.system import eventually

LIMIT = 1_000_000
HANGING = 4
SOON_SECONDS = 4
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
NO_SUCH_PRODUCT = Product("no-such-product", "", 0, 0)


def _stock_comes_back(shop: Shop, product: Product) -> None:
    eventually(
        lambda: shop.stock_of(product) == product.stock, 15, f"stock of {product.id} back at {product.stock}"
    )


def _is_paid(buyer: Shop, order: Order) -> None:
    [payment] = buyer.payments(order)
    assert (payment.status, payment.amount, payment.order_id) == ("captured", order.total, order.id)


def test_a_paid_order_is_confirmed_with_its_total_and_one_payment(seller: Shop, newcomer: Shop) -> None:
    kettle, cup = seller.product(price=2500, stock=3), seller.product(price=399, stock=10)

    order = newcomer.buy((kettle, 1), (cup, 6))

    assert (order.status, order.total, order.reason) == ("confirmed", 2500 + 6 * 399, None)
    _is_paid(newcomer, order)
    assert (seller.stock_of(kettle), seller.stock_of(cup)) == (2, 4)


def test_an_order_shows_what_was_ordered_and_when(seller: Shop, buyer: Shop) -> None:
    kettle, cup = seller.product(), seller.product()

    order = buyer.order((kettle, 1), (cup, 6))

    assert order.quantities == {kettle.id: 1, cup.id: 6}
    assert TIME.fullmatch(order.created_at)
    assert buyer.final(order).created_at == order.created_at
    assert buyer.look_at(order).items == order.items


def test_an_order_on_the_list_looks_as_it_does_alone(seller: Shop, newcomer: Shop) -> None:
    order = newcomer.buy((seller.product(), 1))

    assert newcomer.orders() == [order]


def test_the_last_unit_can_be_bought(seller: Shop, buyer: Shop) -> None:
    product = seller.product(stock=1)

    assert buyer.buy((product, 1)).status == "confirmed"
    assert seller.stock_of(product) == 0


def test_an_order_for_more_than_there_is_is_cancelled(seller: Shop, buyer: Shop) -> None:
    product, other = seller.product(stock=5), seller.product(stock=5)

    order = buyer.buy((other, 1), (product, 6))

    assert (order.status, order.reason) == ("cancelled", "out_of_stock")
    assert buyer.payments(order) == []
    assert (seller.stock_of(product), seller.stock_of(other)) == (5, 5)


def test_an_order_with_an_unknown_product_is_cancelled(seller: Shop, buyer: Shop) -> None:
    product = seller.product(stock=5)

    order = buyer.buy((product, 1), (NO_SUCH_PRODUCT, 1))

    assert (order.status, order.reason, order.total) == ("cancelled", "unknown_product", None)
    assert buyer.payments(order) == []
    assert seller.stock_of(product) == 5


def test_a_declined_card_gives_the_stock_back(seller: Shop, buyer: Shop) -> None:
    product = seller.product(price=10, stock=5)

    order = buyer.buy((product, 2), card="card_declined")

    assert (order.status, order.reason) == ("cancelled", "payment_declined")
    assert [(payment.status, payment.amount) for payment in buyer.payments(order)] == [("declined", 20)]
    _stock_comes_back(seller, product)


def test_lines_of_one_product_add_up(seller: Shop, buyer: Shop) -> None:
    product = seller.product(price=10, stock=5)

    assert buyer.buy((product, 3), (product, 3)).reason == "out_of_stock"
    order = buyer.buy((product, 2), (product, 3))

    assert (order.status, order.total) == ("confirmed", 50)
    assert seller.stock_of(product) == 0


def test_the_most_that_can_be_paid_is_paid(seller: Shop, buyer: Shop) -> None:
    order = buyer.buy((seller.product(price=LIMIT), 1))

    assert (order.status, order.total) == ("confirmed", LIMIT)
    _is_paid(buyer, order)


@pytest.mark.parametrize(("price", "quantity"), [(LIMIT + 1, 1), (10**9, 10**6)])
def test_more_than_can_be_paid_is_declined(seller: Shop, buyer: Shop, price: int, quantity: int) -> None:
    product = seller.product(price=price, stock=quantity)

    order = buyer.buy((product, quantity))

    assert (order.status, order.reason) == ("cancelled", "payment_declined")
    _stock_comes_back(seller, product)


def test_what_costs_nothing_is_paid_with_nothing(seller: Shop, buyer: Shop) -> None:
    order = buyer.buy((seller.product(price=0), 3))

    assert (order.status, order.total) == ("confirmed", 0)
    _is_paid(buyer, order)


@pytest.mark.parametrize("card", ["card_slow", "card_flaky", "card_lost_reply"])
def test_a_card_with_troubles_is_charged_once(seller: Shop, buyer: Shop, card: str) -> None:
    product = seller.product(price=700, stock=2)

    order = buyer.buy((product, 2), card=card)

    assert (order.status, order.total) == ("confirmed", 1400)
    _is_paid(buyer, order)
    assert seller.stock_of(product) == 0


@pytest.mark.parametrize("card", ["card", "card_slow", "card_declined"])
def test_a_status_never_goes_back_and_a_total_stays(seller: Shop, newcomer: Shop, card: str) -> None:
    product = seller.product(price=10)
    seen = [newcomer.order((product, 2), card=card)]

    while not seen[-1].is_final:
        seen.append(newcomer.look_at(seen[0]))
    seen += [newcomer.look_at(seen[0]) for _ in range(20)]

    statuses = [order.status for order in seen]
    assert statuses == sorted(statuses, key=lambda status: status != "pending")
    assert len(set(statuses) - {"pending"}) == 1
    totals = [order.total for order in seen]
    assert totals == sorted(totals, key=lambda total: total is not None)
    assert set(totals) <= {None, 20}
    assert all(order.reason is None for order in seen if order.status != "cancelled")


def test_cards_that_hang_do_not_hold_up_other_orders(seller: Shop, shop: Shop, newcomer: Shop) -> None:
    product, hanging = seller.product(stock=1000), shop.register()
    with ThreadPoolExecutor(HANGING) as clients:
        for _ in range(HANGING):
            clients.submit(hanging.order, (product, 1), card="card_lost_reply")
        eventually(lambda: len(hanging.orders()) == HANGING, 10, "the hanging orders are there")

        others = at_once(5, lambda _: newcomer.order((product, 1)))
        ends = [newcomer.final(order, within=SOON_SECONDS).status for order in others]

    assert ends == 5 * ["confirmed"]
    assert {hanging.final(order).status for order in hanging.orders()} == {"confirmed"}


def test_an_order_is_priced_when_it_is_placed_whatever_the_client_says(seller: Shop, buyer: Shop) -> None:
    product = seller.product(price=100)
    line = {"product_id": product.id, "quantity": 1, "price": 1}

    placed = created(buyer.post("/orders", {"items": [line], "payment_method": "card", "total": 1}))

    assert buyer.final(read(Order, placed)).total == 100
    assert ok(buyer.get(f"/products/{product.id}"))["price"] == 100
