"""Text: strings come back as they were sent, and those that cannot be kept are refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, created, ok, order_form, unique

TEXTS = {
    "emoji": "🫖 tea 👩‍👩‍👧‍👦",
    "right to left": "إبريق شاي \u202eabc",
    "decomposed": "Cafe\u0301",
    "composed": "Caf\u00e9",
    "ligature": "\ufb01ne \u2126",
    "spaces around": "  kettle \t\n",
    "markup": "<b>\"&amp;'</b> {{ 7*7 }} %s \\",
    "sql": "'; DROP TABLE products; --",
    "control": "\x01\x1f\x7f\u2028",
    "beyond": "\U0010ffff\ufeff",
}
NUL = "\0"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_name_of_a_product_comes_back_as_it_was_sent(seller: Shop, text: str) -> None:
    product = seller.product(name=text)

    assert product.name == text
    assert ok(seller.get(f"/products/{product.id}"))["name"] == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_name_of_a_user_comes_back_as_it_was_sent(shop: Shop, text: str) -> None:
    assert ok(shop.register(name=text).get("/users/me"))["name"] == text


def test_answers_are_utf_8_without_a_mark(seller: Shop) -> None:
    product = seller.product(name="🫖")

    assert not seller.get(f"/products/{product.id}").content.startswith(b"\xef\xbb\xbf")
    seller.get(f"/products/{product.id}").content.decode("utf-8")


@pytest.mark.parametrize("field", ["email", "name", "password"])
def test_a_user_with_a_nul_is_refused(shop: Shop, field: str) -> None:
    form = shop.user_form()
    form[field] = form[field][:5] + NUL + form[field][5:]

    assert_problem(shop.post("/users", form), 422, field=field)


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_login_with_a_nul_is_refused(shop: Shop, field: str) -> None:
    form = {"email": f"{unique()}@example.com", "password": unique()}

    assert_problem(shop.post("/login", {**form, field: form[field] + NUL}), 422, field=field)


def test_a_product_with_a_nul_is_refused(seller: Shop) -> None:
    assert_problem(
        seller.post("/products", {"name": f"Ket{NUL}tle", "price": 1, "stock": 1}), 422, field="name"
    )


@pytest.mark.parametrize("field", ["product_id", "payment_method"])
def test_an_order_with_a_nul_is_refused(seller: Shop, buyer: Shop, field: str) -> None:
    form: dict[str, Any] = order_form((seller.product(), 1))
    place = form["items"][0] if field == "product_id" else form
    place[field] += NUL

    assert_problem(buyer.post("/orders", form), 422, field=field)


def test_a_query_with_a_nul_is_refused(buyer: Shop) -> None:
    assert_problem(buyer.get("/payments", order_id=f"x{NUL}"), 422, field="order_id")


def test_half_a_surrogate_pair_is_refused(seller: Shop) -> None:
    body = b'{"name": "\\ud83e", "price": 1, "stock": 1}'

    assert_problem(seller.request("POST", "/products", content=body), 400, 422)


def test_unknown_fields_do_not_come_back(shop: Shop) -> None:
    form = shop.user_form(id="chosen", is_admin=True)

    user = created(shop.post("/users", form))

    assert user["id"] != "chosen"
    assert "is_admin" not in user
