"""Lists: complete, in one order, in pages of the wished size."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

import pytest

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, ok

FOREIGN = [
    "x",
    "",
    "0",
    "1",
    "-1",
    "9" * 30,
    "١٢٣",
    "null",
    "%00",
    "e30",
    "W10=",
    "eyJzZXEiOiAxfQ",
    5000 * "A",
    "🫖",
    "' OR 1=1 --",
]
LISTS = ["/products", "/orders"]


def test_products_come_in_pages_of_the_wished_size(seller: Shop) -> None:
    made = {seller.product(name=f"Cup {n}").id for n in range(7)}

    pages = list(seller.pages("/products", limit=3))

    assert {len(page) for page in pages[:-1]} == {3}
    assert 1 <= len(pages[-1]) <= 3
    ids = [item["id"] for page in pages for item in page]
    assert len(ids) == len(set(ids))
    assert made <= set(ids)


def test_the_order_of_products_is_the_same_each_time(seller: Shop) -> None:
    for n in range(3):
        seller.product(name=f"Cup {n}")

    whole = [item["id"] for item in seller.everything("/products", limit=100)]

    assert [item["id"] for item in seller.everything("/products", limit=7)] == whole


def test_a_product_on_the_list_looks_as_it_does_alone(seller: Shop) -> None:
    product = seller.product(name="Saucer", price=7, stock=3)

    listed = [item for item in seller.everything("/products") if item["id"] == product.id]

    assert listed == [ok(seller.get(f"/products/{product.id}"))]


def test_a_page_is_of_twenty_unless_told_otherwise(seller: Shop) -> None:
    for n in range(21):
        seller.product(name=f"Plate {n}")

    page = ok(seller.get("/products"))

    assert len(page["items"]) == 20
    assert page["next_cursor"]


def test_paging_while_products_are_added_repeats_and_loses_none(seller: Shop) -> None:
    before = [item["id"] for item in seller.everything("/products")]
    late = iter(range(10))

    seen: list[str] = []
    for page in seller.pages("/products", limit=5):
        seen += [item["id"] for item in page]
        if next(late, None) is not None:
            seller.product(name="Late cup")

    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen)


def test_orders_come_newest_first(seller: Shop, newcomer: Shop) -> None:
    product = seller.product()
    placed = [newcomer.order((product, 1)).id for _ in range(5)]

    assert [order.id for order in newcomer.orders()] == placed[::-1]
    assert [item["id"] for item in newcomer.everything("/orders", limit=2)] == placed[::-1]


def test_a_list_that_fills_its_last_page_ends_there(seller: Shop, newcomer: Shop) -> None:
    product = seller.product()
    for _ in range(4):
        newcomer.order((product, 1))

    assert [len(page) for page in newcomer.pages("/orders", limit=2)] == [2, 2]


def test_who_has_no_orders_has_an_empty_list(newcomer: Shop) -> None:
    assert ok(newcomer.get("/orders")) == {"items": [], "next_cursor": None}


def test_orders_placed_while_paging_do_not_disturb_the_pages(seller: Shop, newcomer: Shop) -> None:
    product = seller.product()
    placed = [newcomer.order((product, 1)).id for _ in range(4)]
    first = ok(newcomer.get("/orders", limit=2))
    newcomer.order((product, 1))

    rest = ok(newcomer.get("/orders", limit=100, cursor=first["next_cursor"]))

    assert [item["id"] for item in first["items"] + rest["items"]] == placed[::-1]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", FOREIGN)
def test_a_cursor_that_is_not_ours_is_answered_400(buyer: Shop, path: str, cursor: str) -> None:
    assert_problem(buyer.get(path, cursor=cursor), 400)


def test_a_cursor_with_more_than_we_wrote_is_answered_400(seller: Shop) -> None:
    cursor = _a_cursor(seller)

    for changed in (cursor + "!", cursor + "\0", _with_a_huge_number(cursor)):
        assert_problem(seller.get("/products", cursor=changed), 400)


@pytest.mark.parametrize("change", [str.swapcase, lambda text: text[::-1], lambda text: text[1:] + text[:1]])
def test_a_cursor_that_was_changed_gives_a_page_or_400(seller: Shop, change: Callable[[str], str]) -> None:
    answer = seller.get("/products", cursor=change(_a_cursor(seller)))

    if answer.status_code != 200:
        assert_problem(answer, 400)


def _a_cursor(seller: Shop) -> str:
    seller.product()
    seller.product()
    return str(ok(seller.get("/products", limit=1))["next_cursor"])


def test_somebody_elses_cursor_does_not_open_their_list(seller: Shop, newcomer: Shop, shop: Shop) -> None:
    product = seller.product()
    for _ in range(3):
        newcomer.order((product, 1))
    cursor = ok(newcomer.get("/orders", limit=1))["next_cursor"]

    answer = shop.register().get("/orders", cursor=cursor)

    assert answer.status_code == 400 or ok(answer)["items"] == []


def _with_a_huge_number(cursor: str) -> str:
    """The cursor with every number in it beyond any column, whether or not it is written in base 64."""
    try:
        plain = base64.urlsafe_b64decode(cursor + "==").decode()
    except (binascii.Error, UnicodeDecodeError):
        return re.sub(r"\d+", "9" * 30, cursor) + "9"
    return base64.urlsafe_b64encode(re.sub(r"\d+", "9" * 30, plain).encode()).decode()
