"""Tokens: only those that the shop signed, unchanged and not expired, open anything."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, ok
from tests.support.system import System
from tests.support.tokens import claims_of, decoded, encoded, in_base64, key_of, signed

CLOSED = [
    ("GET", "/users/me"),
    ("POST", "/products"),
    ("POST", "/orders"),
    ("GET", "/orders"),
    ("GET", "/orders/some-id"),
    ("GET", "/payments?order_id=some-id"),
]
HOUR = 3600


@pytest.fixture
def shops_key(system: System) -> Ed25519PrivateKey:
    """The key that the shop signs its tokens with."""
    return key_of(system)


def _changed_claims(token: str, **changes: object) -> str:
    head, claims, signature = token.split(".")
    return ".".join([head, encoded({**decoded(claims), **changes}), signature])


def _unsigned(algorithm: str) -> Callable[[str], str]:
    return lambda token: f"{encoded({'alg': algorithm, 'typ': 'JWT'})}.{token.split('.')[1]}."


def _with_other_signature(token: str) -> str:
    body, _, signature = token.rpartition(".")
    return f"{body}.{signature[:10]}{'A' if signature[10] != 'A' else 'B'}{signature[11:]}"


FORGERIES: dict[str, Callable[[str], str]] = {
    "nothing": lambda _: "",
    "garbage": lambda _: "garbage",
    "three parts of garbage": lambda _: "a.b.c",
    "no signature": lambda token: token.rpartition(".")[0] + ".",
    "another signature": _with_other_signature,
    "a later end": lambda token: _changed_claims(token, exp=claims_of(token)["exp"] + HOUR),
    "another user": lambda token: _changed_claims(token, sub="somebody-else"),
    "alg none": _unsigned("none"),
    "alg nOnE": _unsigned("nOnE"),
    "the signature twice": lambda token: f"{token}.{token.rpartition('.')[2]}",
    "5,000 characters": lambda token: token + 5000 * "x",
}


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_what_is_closed_needs_a_token(shop: Shop, method: str, path: str) -> None:
    assert_problem(shop.request(method, path, json={} if method == "POST" else None), 401)


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_opens_nothing(newcomer: Shop, forgery: Callable[[str], str]) -> None:
    assert newcomer.token
    forger = newcomer.with_token(forgery(newcomer.token))

    for method, path in CLOSED:
        assert_problem(forger.request(method, path, json={} if method == "POST" else None), 401)


def test_a_token_of_the_shops_own_key_opens_what_is_closed(
    newcomer: Shop, shops_key: Ed25519PrivateKey
) -> None:
    assert newcomer.token
    again = newcomer.with_token(signed(shops_key, claims_of(newcomer.token)))

    assert ok(again.get("/users/me"))["id"] == newcomer.id


@pytest.mark.parametrize("seconds", [-5, 2, 8], ids=["behind", "ahead", "further ahead"])
def test_the_clock_of_who_signs_may_differ_by_some_seconds(
    newcomer: Shop, shops_key: Ed25519PrivateKey, seconds: int
) -> None:
    assert newcomer.token
    theirs = int(time.time()) + seconds
    issued = {**claims_of(newcomer.token), "iat": theirs, "nbf": theirs}

    assert ok(newcomer.with_token(signed(shops_key, issued)).get("/users/me"))["id"] == newcomer.id


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": time.time() - 1},
        {"exp": time.time() - 1, "iat": time.time() + 5},
        {"exp": None},
        {"sub": None},
        {"aud": "another shop"},
        {"nbf": time.time() + HOUR},
        {"iat": time.time() + HOUR},
    ],
)
def test_a_token_that_is_over_or_not_meant_for_the_shop_opens_nothing(
    newcomer: Shop, shops_key: Ed25519PrivateKey, claims: dict[str, Any]
) -> None:
    assert newcomer.token
    meant = {
        name: value for name, value in {**claims_of(newcomer.token), **claims}.items() if value is not None
    }
    late = newcomer.with_token(signed(shops_key, meant))

    for method, path in CLOSED:
        assert_problem(late.request(method, path, json={} if method == "POST" else None), 401)


def test_a_token_of_another_key_opens_nothing(newcomer: Shop) -> None:
    assert newcomer.token
    stranger = newcomer.with_token(signed(Ed25519PrivateKey.generate(), claims_of(newcomer.token)))

    assert_problem(stranger.get("/users/me"), 401)


def test_the_public_key_is_no_secret_to_sign_with(system: System, newcomer: Shop) -> None:
    assert newcomer.token
    body = f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{newcomer.token.split('.')[1]}"
    written = system.environment["AUTH_PUBLIC_KEY"]

    for secret in (written.encode(), base64.b64decode(written)):
        forged = f"{body}.{in_base64(hmac.digest(secret, body.encode(), hashlib.sha256))}"
        assert_problem(newcomer.with_token(forged).get("/users/me"), 401)


@pytest.mark.parametrize("scheme", ["Basic {}", "{}", "Bearer", "Bearer,{}", "Token {}"])
def test_a_token_must_come_as_a_bearer_token(newcomer: Shop, scheme: str) -> None:
    header = {"Authorization": scheme.format(newcomer.token)}

    assert_problem(newcomer.request("GET", "/users/me", headers=header), 401)


def test_the_word_bearer_may_be_written_in_any_case(newcomer: Shop) -> None:
    header = {"Authorization": f"bearer {newcomer.token}"}

    assert ok(newcomer.request("GET", "/users/me", headers=header))["id"] == newcomer.id


def test_a_token_ends_when_its_login_said(newcomer: Shop) -> None:
    answer = ok(newcomer.post("/login", {key: newcomer.form[key] for key in ("email", "password")}))

    claims = claims_of(answer["access_token"])

    assert claims["exp"] - claims["iat"] == answer["expires_in"]


def test_products_may_be_looked_at_without_a_token(shop: Shop, seller: Shop) -> None:
    product = seller.product()

    assert ok(shop.get(f"/products/{product.id}"))["id"] == product.id
    assert shop.get("/products").status_code == 200
