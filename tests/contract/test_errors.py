"""Errors: the same form for all, and nothing that a client sends makes the shop fall over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, at_once, created

MIB = 1 << 20
POSTS = ["/users", "/login", "/products", "/orders"]
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body", ["{", '{"name": }', "{'name': 1}", '{"name": "x",}', "\x00", '"\x01"', b'{"name": "\xff\xfe"}']
)
def test_a_body_that_is_no_json_is_answered_400(buyer: Shop, path: str, body: str | bytes) -> None:
    assert_problem(buyer.request("POST", path, content=body, headers=JSON), 400)


@pytest.mark.parametrize(
    "body",
    [
        100_000 * "[",
        100_000 * '{"a":',
        '{"price": ' + 10_000 * "9" + "}",
        '{"price": NaN}',
        '{"price": -Infinity}',
    ],
    ids=["deep list", "deep object", "10,000 digits", "NaN", "Infinity"],
)
def test_json_that_strains_a_parser_is_the_clients_fault(buyer: Shop, body: str) -> None:
    assert_problem(buyer.request("POST", "/products", content=body, headers=JSON), 400, 422)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/users/someone",
        "/products/x/y",
        "/orders/x/y",
        "/payments/x",
        "/login/x",
        "//x",
        "/products//",
        "/%00",
    ],
)
def test_an_unknown_path_is_answered_404(buyer: Shop, path: str) -> None:
    assert_problem(buyer.get(path), 404)


@pytest.mark.parametrize(
    "id", ["nothing", "0", "-1", 64 * "9", 2000 * "x", "%00", "%F0%9F%98%80", "%ff", "..%2Fme", "'--"]
)
@pytest.mark.parametrize("path", ["/products", "/orders"])
def test_an_unknown_id_is_answered_404(buyer: Shop, path: str, id: str) -> None:
    assert_problem(buyer.get(f"{path}/{id}"), 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/users"),
        ("GET", "/login"),
        ("POST", "/users/me"),
        ("DELETE", "/products"),
        ("PATCH", "/products/some-id"),
        ("PUT", "/orders"),
        ("DELETE", "/orders/some-id"),
        ("POST", "/payments"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_answered_405(buyer: Shop, method: str, path: str) -> None:
    assert_problem(buyer.request(method, path), 405)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/users", {"POST"}),
        ("/users/me", {"GET", "HEAD"}),
        ("/products", {"GET", "HEAD", "POST"}),
        ("/products/some-id", {"GET", "HEAD"}),
        ("/orders", {"GET", "HEAD", "POST"}),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "OPTIONS"])
def test_allow_names_all_methods_of_a_path(buyer: Shop, method: str, path: str, allowed: set[str]) -> None:
    answer = buyer.request(method, path)

    assert_problem(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/users/", "/users/me/", "/products/", "/orders/", "/login/", "/payments/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_slash_at_the_end_makes_an_unknown_path(buyer: Shop, method: str, path: str) -> None:
    assert_problem(buyer.request(method, path), 404)


@pytest.mark.parametrize("path", ["/products", "/orders", "/users/me", "/orders/nothing", "/payments"])
def test_head_tells_what_get_would(buyer: Shop, path: str) -> None:
    head, get = buyer.request("HEAD", path), buyer.get(path)

    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_a_body_that_does_not_say_that_it_is_json_is_told_so(
    buyer: Shop, path: str, kind: str | None
) -> None:
    headers = {"Content-Type": kind} if kind else {}

    answer = buyer.request("POST", path, content="{}", headers=headers)

    assert_problem(answer, 422, field="Content-Type")
    assert "Content-Type: application/json" in answer.json()["detail"]


def _user_of_size(shop: Shop, size: int) -> bytes:
    """A lawful body, as long as wished by spaces that mean nothing."""
    form = shop.user_form()
    body = f'{{"email": "{form["email"]}", "name": "Ada", "password": "{form["password"]}"}}'
    return body.ljust(size).encode()


def _in_chunks(body: bytes) -> Iterator[bytes]:
    return (body[start : start + 65536] for start in range(0, len(body), 65536))


def test_a_body_of_one_mebibyte_is_taken(shop: Shop) -> None:
    created(shop.request("POST", "/users", content=_user_of_size(shop, MIB), headers=JSON))


def test_a_chunked_body_of_one_mebibyte_is_taken(shop: Shop) -> None:
    created(shop.request("POST", "/users", content=_in_chunks(_user_of_size(shop, MIB)), headers=JSON))


@pytest.mark.parametrize("size", [MIB + 1, 8 * MIB, 20 * MIB])
def test_a_body_over_one_mebibyte_is_answered_413(shop: Shop, size: int) -> None:
    body = _user_of_size(shop, size)

    for answer in at_once(10, lambda _: shop.request("POST", "/users", content=body, headers=JSON)):
        assert_problem(answer, 413)


@pytest.mark.parametrize("size", [MIB + 1, 8 * MIB])
def test_a_chunked_body_over_one_mebibyte_is_answered_413(shop: Shop, size: int) -> None:
    body = _user_of_size(shop, size)

    for answer in at_once(
        10, lambda _: shop.request("POST", "/users", content=_in_chunks(body), headers=JSON)
    ):
        assert_problem(answer, 413)
