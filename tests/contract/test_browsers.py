"""What answers tell a browser: nothing of them is kept, framed, run, or taken for something else."""

from __future__ import annotations

import pytest

from tests.support.shop import Shop

TOLD = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/users/me", 200),
        ("GET", "/products", 200),
        ("GET", "/orders", 200),
        ("GET", "/payments?order_id=some-id", 200),
        ("GET", "/orders/nothing", 404),
        ("DELETE", "/products", 405),
        ("POST", "/login", 422),
        ("GET", "/livez", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/nothing", 404),
        ("GET", "/internal/dead-letters", 404),
    ],
)
def test_a_browser_may_do_nothing_with_an_answer(newcomer: Shop, method: str, path: str, status: int) -> None:
    answer = newcomer.request(method, path)

    assert answer.status_code == status
    assert TOLD.items() <= dict(answer.headers).items()
    assert [answer.headers.get_list(name) for name in TOLD] == [[value] for value in TOLD.values()]


def test_a_token_is_not_kept(newcomer: Shop) -> None:
    form = {key: newcomer.form[key] for key in ("email", "password")}

    answer = newcomer.post("/login", form)

    assert answer.json()["access_token"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("mebibytes", [1, 8], ids=["by a process", "by the gateway"])
def test_a_body_that_is_refused_is_answered_in_the_same_way(shop: Shop, mebibytes: int) -> None:
    answer = shop.request("POST", "/users", content=b" " * ((mebibytes << 20) + 1))

    assert answer.status_code == 413
    assert TOLD.items() <= dict(answer.headers).items()
