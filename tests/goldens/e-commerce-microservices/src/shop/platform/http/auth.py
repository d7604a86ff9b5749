"""Authentication of callers. The users service signs tokens; every service verifies them with the public key."""

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BeforeValidator

from shop.platform.settings import Environment

InvalidToken = jwt.InvalidTokenError
ALGORITHM = "EdDSA"
AUDIENCE = "shop"
LIFETIME = 3600
"""Seconds until a token expires."""
LEEWAY = 10
"""Seconds by which the clock of the signing process may be ahead. The expiry has no leeway."""


def _raw_key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32 or len(set(key)) < 8:
        raise ValueError("is not a raw Ed25519 key in base64, as secrets.py prints")
    return key


Key = Annotated[bytes, BeforeValidator(_raw_key)]


class VerifyingSettings(Environment):
    auth_public_key: Key


class SigningSettings(Environment):
    auth_private_key: Key


def read_keys(signs: bool) -> None:
    """Read the keys at startup. Missing or invalid keys end the process with one line."""
    public_key = _public_key()
    if signs and _private_key().public_key() != public_key:
        raise SystemExit("AUTH_PRIVATE_KEY and AUTH_PUBLIC_KEY are not a key pair: generate both again")


def issue_token(user_id: str) -> str:
    now = int(time.time())
    return sign({"sub": user_id, "aud": AUDIENCE, "iat": now, "exp": now + LIFETIME})


def sign(claims: Mapping[str, object]) -> str:
    return jwt.encode(dict(claims), _private_key(), ALGORITHM)


def verified(token: str, audience: str, *more: str) -> Mapping[str, Any]:
    """Return the claims of a token for this audience, including `exp`, `sub` and `more`. Raises InvalidToken."""
    required = ["exp", "sub", *more]
    claims: dict[str, Any] = jwt.decode(
        token, _public_key(), [ALGORITHM], audience=audience, leeway=LEEWAY, options={"require": required}
    )
    if int(claims["exp"]) <= time.time():  # no leeway for this claim
        raise jwt.ExpiredSignatureError
    return claims


bearer_token = HTTPBearer(bearerFormat="JWT", scheme_name="bearer", auto_error=False)


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The caller: the id of the user, and all claims of the token."""

    id: str
    claims: Mapping[str, Any]


async def authenticated(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer_token)]) -> Authenticated:
    """Return the user of the bearer token. Raises 401 without a valid one."""
    try:
        if sent is None:
            raise InvalidToken
        claims = verified(sent.credentials, AUDIENCE)
    except InvalidToken:
        raise HTTPException(401, "A valid bearer token is required.", {"WWW-Authenticate": "Bearer"}) from None
    return Authenticated(str(claims["sub"]), claims)


Caller = Annotated[Authenticated, Depends(authenticated)]


async def current_user(caller: Caller) -> str:
    return caller.id


CurrentUser = Annotated[str, Depends(current_user)]


@cache
def _public_key() -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(VerifyingSettings().auth_public_key)


@cache
def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(SigningSettings().auth_private_key)
