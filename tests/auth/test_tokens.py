"""Tokens of an OpenID provider: those that it signed for this system open what is closed, and no others."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.auth.provider import DISCOVERY, Provider, new_keys, signed
from tests.contract.problems import assert_problem
from tests.support.shop import Shop, at_once, ok, unique
from tests.support.system import eventually
from tests.support.tokens import encoded, in_base64

pytestmark = pytest.mark.slow

CLOSED = [("GET", "/users/me"), ("POST", "/products"), ("POST", "/orders"), ("GET", "/orders")]
HOUR = 3600
PAUSE = 10.0
"""Seconds between two fetches of the keys."""


def with_public_key_as_secret(provider: Provider) -> str:
    """HS256 with what is public: the key set is no secret to sign with."""
    public = provider.keys["RS256"].public_key()
    secret = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = f"{encoded({'alg': 'HS256', 'kid': 'RS256'})}.{encoded(provider.claims())}"
    return f"{body}.{in_base64(hmac.digest(secret, body.encode(), hashlib.sha256))}"


def without_signature(provider: Provider) -> str:
    return f"{encoded({'alg': 'none', 'kid': 'RS256'})}.{encoded(provider.claims())}."


def by_a_stranger(provider: Provider) -> str:
    return signed(new_keys()["RS256"], {"alg": "RS256", "kid": "RS256"}, provider.claims())


def by_another_key_of_the_provider(provider: Provider) -> str:
    return signed(provider.keys["ES256"], {"alg": "ES256", "kid": "RS256"}, provider.claims())


FORGERIES: dict[str, Callable[[Provider], str]] = {
    "garbage": lambda _: "garbage",
    "three parts of garbage": lambda _: "a.b.c",
    "alg none": without_signature,
    "the public key as a secret": with_public_key_as_secret,
    "a stranger's key": by_a_stranger,
    "another key than it names": by_another_key_of_the_provider,
    "another algorithm than its key has": lambda p: signed(
        p.keys["RS256"], {"alg": "PS256", "kid": "RS256"}, p.claims()
    ),
    "no name of a key, of many": lambda p: signed(p.keys["RS256"], {"alg": "RS256"}, p.claims()),
    "a name of a key that is none": lambda p: signed(p.keys["RS256"], {"alg": "RS256", "kid": 7}, p.claims()),
    "another issuer": lambda p: p.token(iss="https://login.example.com"),
    "no issuer": lambda p: p.token(iss=None),
    "another audience": lambda p: p.token(aud="another-shop"),
    "no audience": lambda p: p.token(aud=None),
    "expired": lambda p: p.token(exp=int(time.time()) - 30),
    "no end": lambda p: p.token(exp=None),
    "not yet": lambda p: p.token(nbf=int(time.time()) + HOUR),
    "issued later": lambda p: p.token(iat=int(time.time()) + HOUR),
    "no subject": lambda p: p.token(sub=None),
    "an empty subject": lambda p: p.token(sub=""),
    "a subject that is no text": lambda p: p.token(sub=7),
    "a subject with U+0000": lambda p: p.token(sub="ada\0"),
    "a subject that is too long": lambda p: p.token(sub=256 * "a"),
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_opens_nothing(
    shop: Shop, provider: Provider, forgery: Callable[[Provider], str]
) -> None:
    forger = shop.with_token(forgery(provider))

    for method, path in CLOSED:
        assert_problem(forger.request(method, path, json={} if method == "POST" else None), 401)


@pytest.mark.parametrize("kid", ["RS256", "ES256", "EdDSA"])
def test_a_token_of_each_key_opens_what_is_closed(shop: Shop, provider: Provider, kid: str) -> None:
    user = shop.with_token(provider.token(kid, aud=["others", "shop"], sub=kid, email="a@b.c", name="Ada"))

    assert ok(user.get("/users/me")) == {"id": kid, "email": "a@b.c", "name": "Ada"}


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -5), ("nbf", 5), ("iat", 5)])
def test_the_clocks_may_differ_by_some_seconds(
    shop: Shop, provider: Provider, claim: str, seconds: int
) -> None:
    token = provider.token(**{claim: int(time.time()) + seconds})

    assert shop.with_token(token).get("/users/me").status_code == 200


def test_a_customer_of_the_provider_buys_and_others_do_not_see_it(shop: Shop, provider: Provider) -> None:
    ada, eve = (shop.with_token(provider.token(sub=unique())) for _ in range(2))

    order = ada.buy((ada.product(), 2))

    assert order.status == "confirmed"
    assert ada.payments(order) and not eve.payments(order)
    assert_problem(eve.get(f"/orders/{order.id}"), 404)


def test_passwords_and_registrations_are_not_there(shop: Shop) -> None:
    assert shop.post("/login", {"email": "a@b.c", "password": unique()}).status_code == 404
    assert shop.post("/users", shop.user_form()).status_code in (404, 405)


def test_a_client_finds_the_provider_by_the_document(shop: Shop, provider: Provider) -> None:
    [scheme] = ok(shop.get("/openapi.json"))["components"]["securitySchemes"].values()

    assert scheme == {"type": "openIdConnect", "openIdConnectUrl": DISCOVERY}
    assert shop.get(scheme["openIdConnectUrl"]).headers["location"] == provider.url + DISCOVERY


def test_unknown_keys_do_not_flood_the_provider(shop: Shop, provider: Provider) -> None:
    stranger = new_keys()["EdDSA"]
    before, start = provider.fetches, time.monotonic()

    def attempt(_: int) -> int:
        token = signed(stranger, {"alg": "EdDSA", "kid": unique()}, provider.claims())
        return shop.with_token(token).get("/orders").status_code

    assert set(at_once(100, attempt)) == {401}
    assert shop.with_token(provider.token()).get("/orders").status_code == 200
    assert provider.fetches - before <= 1 + (time.monotonic() - start) // PAUSE


def test_new_keys_are_found_and_old_ones_forgotten(shop: Shop, provider: Provider) -> None:
    old = provider.token()
    assert shop.with_token(old).get("/orders").status_code == 200
    kid, before = unique(), dict(provider.keys)
    provider.keys = {kid: new_keys()["RS256"]}
    try:
        new = shop.with_token(provider.token(kid))

        eventually(lambda: new.get("/orders").status_code == 200, 2 * PAUSE, "the new key is known", 0.5)
        assert_problem(shop.with_token(old).get("/orders"), 401)
    finally:
        provider.keys = before
    eventually(lambda: shop.with_token(old).get("/orders").status_code == 200, 2 * PAUSE, "rotated back", 0.5)


def test_known_keys_stay_in_use_while_the_provider_is_away(shop: Shop, provider: Provider) -> None:
    token, unknown = provider.token(), signed(new_keys()["EdDSA"], {"alg": "EdDSA", "kid": "x"}, {})
    for path in ("/orders", "/users/me"):
        assert shop.with_token(token).get(path).status_code == 200
    provider.leave()
    try:
        time.sleep(PAUSE)
        assert_problem(shop.with_token(unknown).get("/orders"), 401)
        for path in ("/orders", "/users/me"):
            assert shop.with_token(token).get(path).status_code == 200
    finally:
        provider.come_back()
