"""The header Idempotency-Key: one key and body, one order."""

from __future__ import annotations

import pytest

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, at_once, created, ok, order_form, unique


def test_the_same_key_and_body_again_answers_the_same_order(seller: Shop, newcomer: Shop) -> None:
    product, key = seller.product(), unique()

    first = newcomer.order((product, 1), key=key)
    again = newcomer.order((product, 1), key=key)

    assert again.id == first.id
    assert [order.id for order in newcomer.orders()] == [first.id]


def test_the_answer_to_the_same_key_shows_the_current_status(seller: Shop, newcomer: Shop) -> None:
    product, key = seller.product(), unique()
    final = newcomer.final(newcomer.order((product, 1), key=key))

    assert newcomer.order((product, 1), key=key) == final


def test_a_body_is_the_same_however_it_is_written(seller: Shop, newcomer: Shop) -> None:
    product, key = seller.product(), {"Idempotency-Key": unique()}
    form = order_form((product, 1))

    first = created(newcomer.post("/orders", form, key))
    turned = created(newcomer.post("/orders", dict(reversed(form.items())), key))

    assert turned["id"] == first["id"]


@pytest.mark.parametrize(("quantity", "card"), [(2, "card"), (1, "card_declined")])
def test_the_same_key_with_another_body_is_refused(
    seller: Shop, newcomer: Shop, quantity: int, card: str
) -> None:
    product, key = seller.product(), unique()
    newcomer.order((product, 1), key=key)

    assert_problem(newcomer.try_order((product, quantity), card=card, key=key), 422)
    assert len(newcomer.orders()) == 1


def test_keys_of_different_users_have_nothing_to_do_with_each_other(
    seller: Shop, newcomer: Shop, buyer: Shop
) -> None:
    product, key = seller.product(), unique()

    mine = newcomer.order((product, 1), key=key)
    theirs = buyer.order((product, 2), key=key)

    assert mine.id != theirs.id


def test_without_a_key_every_request_is_an_order(seller: Shop, newcomer: Shop) -> None:
    product = seller.product()

    assert newcomer.order((product, 1)).id != newcomer.order((product, 1)).id


def test_a_refused_request_does_not_use_up_its_key(seller: Shop, newcomer: Shop) -> None:
    product, key = seller.product(), unique()
    assert_problem(newcomer.try_order((product, 0), key=key), 422)

    assert newcomer.order((product, 1), key=key).id


def test_one_key_sent_twenty_times_at_once_makes_one_order(seller: Shop, newcomer: Shop) -> None:
    product, key = seller.product(stock=100), unique()

    answers = at_once(20, lambda _: newcomer.try_order((product, 1), key=key))

    assert {answer.status_code for answer in answers} <= {201, 409}
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409)
    ids = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert [order.id for order in newcomer.orders()] == list(ids)
    newcomer.final(newcomer.orders()[0])
    assert seller.stock_of(product) == 99


@pytest.mark.parametrize("key", ["", 5000 * "k"], ids=["empty", "5,000 characters"])
def test_a_key_that_cannot_be_kept_is_refused(seller: Shop, buyer: Shop, key: str) -> None:
    assert_problem(buyer.try_order((seller.product(), 1), key=key), 422, field="idempotency-key")


@pytest.mark.parametrize("key", ["k", 36 * "k", 64 * "k", "a key, with: spaces"])
def test_a_key_of_a_common_form_is_taken(seller: Shop, newcomer: Shop, key: str) -> None:
    assert newcomer.order((seller.product(), 1), key=key).id


def test_a_product_takes_a_key_too(seller: Shop, buyer: Shop) -> None:
    form, key = {"name": f"Kettle {unique()}", "price": 5, "stock": 1}, {"Idempotency-Key": unique()}

    first = created(seller.post("/products", form, key))

    assert created(seller.post("/products", form, key)) == first
    assert_problem(seller.post("/products", {**form, "price": 6}, key), 422, field="idempotency-key")
    assert created(buyer.post("/products", form, key))["id"] != first["id"]


def test_every_post_that_creates_and_holds_no_secret_says_that_it_takes_a_key(shop: Shop) -> None:
    paths = ok(shop.get("/openapi.json"))["paths"]
    takes_key = {
        path: "Idempotency" in str(item["post"].get("parameters"))
        for path, item in paths.items()
        if "post" in item
    }

    assert takes_key == {"/users": False, "/login": False, "/products": True, "/orders": True}
