"""Tokens: only those that the shop signed, unchanged and not expired, open anything."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.contract.problems import assert_problem
from tests.support.shop import Shop, ok
from tests.support.system import System

CLOSED = [
    ("GET", "/users/me"),
    ("POST", "/products"),
    ("POST", "/orders"),
    ("GET", "/orders"),
    ("GET", "/orders/some-id"),
    ("GET", "/payments?order_id=some-id"),
]
HOUR = 3600


def _claims(token: str) -> dict[str, Any]:
    return _decoded(token.split(".")[1])


def _decoded(part: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return value


def _encoded(value: object) -> str:
    return _base64(json.dumps(value).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _signed(key: Ed25519PrivateKey, claims: Mapping[str, object]) -> str:
    body = f"{_encoded({'alg': 'EdDSA', 'typ': 'JWT'})}.{_encoded(claims)}"
    return f"{body}.{_base64(key.sign(body.encode()))}"


@pytest.fixture
def shops_key(system: System) -> Ed25519PrivateKey:
    """The key that the shop signs its tokens with."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(system.environment["AUTH_PRIVATE_KEY"]))


def _changed_claims(token: str, **changes: object) -> str:
    head, claims, signature = token.split(".")
    return ".".join([head, _encoded({**_decoded(claims), **changes}), signature])


def _unsigned(algorithm: str) -> Callable[[str], str]:
    return lambda token: f"{_encoded({'alg': algorithm, 'typ': 'JWT'})}.{token.split('.')[1]}."


def _with_other_signature(token: str) -> str:
    body, _, signature = token.rpartition(".")
    return f"{body}.{signature[:10]}{'A' if signature[10] != 'A' else 'B'}{signature[11:]}"


FORGERIES: dict[str, Callable[[str], str]] = {
    "nothing": lambda _: "",
    "garbage": lambda _: "garbage",
    "three parts of garbage": lambda _: "a.b.c",
    "no signature": lambda token: token.rpartition(".")[0] + ".",
    "another signature": _with_other_signature,
    "a later end": lambda token: _changed_claims(token, exp=_claims(token)["exp"] + HOUR),
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
    again = newcomer.with_token(_signed(shops_key, _claims(newcomer.token)))

    assert ok(again.get("/users/me"))["id"] == newcomer.id


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": time.time() - 1},
        {"exp": None},
        {"sub": None},
        {"aud": "another shop"},
        {"nbf": time.time() + HOUR},
    ],
)
def test_a_token_that_is_over_or_not_meant_for_the_shop_opens_nothing(
    newcomer: Shop, shops_key: Ed25519PrivateKey, claims: dict[str, Any]
) -> None:
    assert newcomer.token
    meant = {
        name: value for name, value in {**_claims(newcomer.token), **claims}.items() if value is not None
    }
    late = newcomer.with_token(_signed(shops_key, meant))

    for method, path in CLOSED:
        assert_problem(late.request(method, path, json={} if method == "POST" else None), 401)


def test_a_token_of_another_key_opens_nothing(newcomer: Shop) -> None:
    assert newcomer.token
    stranger = newcomer.with_token(_signed(Ed25519PrivateKey.generate(), _claims(newcomer.token)))

    assert_problem(stranger.get("/users/me"), 401)


def test_the_public_key_is_no_secret_to_sign_with(system: System, newcomer: Shop) -> None:
    assert newcomer.token
    body = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{newcomer.token.split('.')[1]}"
    written = system.environment["AUTH_PUBLIC_KEY"]

    for secret in (written.encode(), base64.b64decode(written)):
        forged = f"{body}.{_base64(hmac.digest(secret, body.encode(), hashlib.sha256))}"
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

    claims = _claims(answer["access_token"])

    assert claims["exp"] - claims["iat"] == answer["expires_in"]


def test_products_may_be_looked_at_without_a_token(shop: Shop, seller: Shop) -> None:
    product = seller.product()

    assert ok(shop.get(f"/products/{product.id}"))["id"] == product.id
    assert shop.get("/products").status_code == 200
