"""Validation: every bound from both sides, and what is no number at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, created, ok

GRIN = "😀"
WORD = "5d1f0c9ae27b4386"
MILLION, BILLION = 10**6, 10**9
NO_INTEGER: list[Any] = ["5", 1.5, True, None, [], 10**30, 1e300]


def _email(length: int) -> str:
    """An address of this length, of parts that are long but lawful."""
    domain = ".".join([63 * "a", 63 * "b", (length - 64 - 1 - 128 - 4) * "c", "com"])
    return f"{WORD:x<64}@{domain}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", _email(254)),
        ("name", "x"),
        ("name", 200 * "x"),
        ("name", 200 * GRIN),
        ("password", WORD[:8]),
        ("password", WORD + 184 * "x"),
        ("password", WORD + 184 * GRIN),
    ],
    ids=lambda value: f"{value[0]}x{len(value)}",
)
def test_a_user_at_the_bound_is_welcome(shop: Shop, field: str, value: str) -> None:
    form = shop.user_form(**{field: value})

    created(shop.post("/users", form))

    assert shop.login(form)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", _email(255)),
        ("email", ""),
        ("email", 5),
        ("email", "a da@example.com"),
        ("email", "ada\x01@example.com"),
        ("email", "ada@example\x1b[2J.com"),
        ("email", "ada\x7f@example.com"),
        ("email", "ada\x85@example.com"),
        ("email", "ada\u202e@example.com"),
        ("email", "ada\u2028@example.com"),
        ("name", ""),
        ("name", 201 * "x"),
        ("name", 201 * GRIN),
        ("name", None),
        ("password", WORD[:7]),
        ("password", 7 * GRIN),
        ("password", WORD + 185 * GRIN),
        ("password", 12345678),
    ],
)
def test_a_user_beyond_the_bound_is_refused(shop: Shop, field: str, value: Any) -> None:
    assert_problem(shop.post("/users", shop.user_form(**{field: value})), 422, field=field)


@pytest.mark.parametrize("field", ["email", "name", "password"])
def test_a_user_needs_every_field(shop: Shop, field: str) -> None:
    form = shop.user_form()
    del form[field]

    assert_problem(shop.post("/users", form), 422, field=field)


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_login_needs_every_field(shop: Shop, field: str) -> None:
    form = {"email": "ada@example.com", "password": "long enough"}
    del form[field]

    assert_problem(shop.post("/login", form), 422, field=field)


def test_all_that_is_wrong_is_said_at_once(shop: Shop) -> None:
    answer = shop.post("/users", shop.user_form(name="", password="short"))

    assert_problem(answer, 422, field="name")
    assert_problem(answer, 422, field="password")


@pytest.mark.parametrize(
    "change", [{"price": 0}, {"price": BILLION}, {"stock": 0}, {"stock": BILLION}, {"name": "x"}]
)
def test_a_product_at_the_bound_is_taken(seller: Shop, change: dict[str, Any]) -> None:
    form = {"name": "Kettle", "price": 1, "stock": 1, **change}

    product = created(seller.post("/products", form))

    assert {key: product[key] for key in form} == form
    assert ok(seller.get(f"/products/{product['id']}")) == product


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", 201 * "x"), ("name", 5)]
    + [(field, value) for field in ("price", "stock") for value in (-1, BILLION + 1, *NO_INTEGER)],
)
def test_a_product_beyond_the_bound_is_refused(seller: Shop, field: str, value: Any) -> None:
    form = {"name": "Kettle", "price": 1, "stock": 1, field: value}

    assert_problem(seller.post("/products", form), 422, field=field)


@pytest.mark.parametrize("field", ["name", "price", "stock"])
def test_a_product_needs_every_field(seller: Shop, field: str) -> None:
    form: dict[str, Any] = {"name": "Kettle", "price": 1, "stock": 1}
    del form[field]

    assert_problem(seller.post("/products", form), 422, field=field)


@pytest.mark.parametrize("quantity", [1, MILLION])
def test_a_quantity_at_the_bound_is_taken(seller: Shop, buyer: Shop, quantity: int) -> None:
    product = seller.product(price=0, stock=quantity)

    assert buyer.buy((product, quantity)).status == "confirmed"


@pytest.mark.parametrize("quantity", [0, -1, MILLION + 1, *NO_INTEGER])
def test_a_quantity_beyond_the_bound_is_refused(seller: Shop, buyer: Shop, quantity: Any) -> None:
    line = {"product_id": seller.product().id, "quantity": quantity}

    assert_problem(buyer.post("/orders", {"items": [line], "payment_method": "card"}), 422, field="quantity")


def test_an_order_may_have_fifty_lines(seller: Shop, buyer: Shop) -> None:
    product = seller.product(price=1, stock=50)

    assert buyer.buy(*50 * [(product, 1)]).total == 50


@pytest.mark.parametrize("lines", [0, 51])
def test_an_order_of_no_or_too_many_lines_is_refused(seller: Shop, buyer: Shop, lines: int) -> None:
    product = seller.product()

    assert_problem(buyer.try_order(*lines * [(product, 1)]), 422, field="items")


@pytest.mark.parametrize("items", [None, {}, "items", [None], [[]], [{}], [5]])
def test_lines_that_are_none_are_refused(buyer: Shop, items: Any) -> None:
    assert_problem(buyer.post("/orders", {"items": items, "payment_method": "card"}), 422, field="items")


@pytest.mark.parametrize("field", ["items", "payment_method"])
def test_an_order_needs_every_field(seller: Shop, buyer: Shop, field: str) -> None:
    form: dict[str, Any] = {
        "items": [{"product_id": seller.product().id, "quantity": 1}],
        "payment_method": "card",
    }
    del form[field]

    assert_problem(buyer.post("/orders", form), 422, field=field)


@pytest.mark.parametrize("path", ["/products", "/orders"])
@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "", "1.5", "9" * 30])
def test_a_page_size_beyond_the_bound_is_refused(buyer: Shop, path: str, limit: str) -> None:
    assert_problem(buyer.get(path, limit=limit), 422, field="limit")


@pytest.mark.parametrize("path", ["/products", "/orders"])
@pytest.mark.parametrize("limit", [1, 100])
def test_a_page_size_at_the_bound_is_taken(buyer: Shop, path: str, limit: int) -> None:
    assert len(ok(buyer.get(path, limit=limit))["items"]) <= limit


def test_payments_need_an_order_id(buyer: Shop) -> None:
    assert_problem(buyer.get("/payments"), 422, field="order_id")


@pytest.mark.parametrize("path", ["/users", "/login", "/products", "/orders"])
@pytest.mark.parametrize("body", [None, [], "text", 5, True], ids=repr)
def test_a_body_that_is_no_object_is_refused(buyer: Shop, path: str, body: object) -> None:
    headers = {"Content-Type": "application/json"}

    assert_problem(buyer.request("POST", path, content=json.dumps(body), headers=headers), 422)
