"""Who is calling. The users service signs tokens; every service verifies them by itself, with the public key."""

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
"""Seconds by which the clock of who signed a token may be ahead. The end of a token is kept to the second."""


def _raw_key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != 32 or len(set(key)) < 8:
        raise ValueError("is not the raw Ed25519 key in base64 that secrets.py makes")
    return key


Key = Annotated[bytes, BeforeValidator(_raw_key)]


class VerifyingSettings(Environment):
    auth_public_key: Key


class SigningSettings(Environment):
    auth_private_key: Key


def read_keys(signs: bool) -> None:
    """Called when a process starts: without the keys that it needs it ends, with a line that names them."""
    public_key = _public_key()
    if signs and _private_key().public_key() != public_key:
        raise SystemExit("AUTH_PRIVATE_KEY and AUTH_PUBLIC_KEY are not of one pair: make both anew")


def issue_token(user_id: str) -> str:
    now = int(time.time())
    return sign({"sub": user_id, "aud": AUDIENCE, "iat": now, "exp": now + LIFETIME})


def sign(claims: Mapping[str, object]) -> str:
    return jwt.encode(dict(claims), _private_key(), ALGORITHM)


def verified(token: str, audience: str, *more: str) -> Mapping[str, Any]:
    """The claims of a token that was signed for this audience: `exp`, `sub` and `more`. Raises InvalidToken."""
    required = ["exp", "sub", *more]
    claims: dict[str, Any] = jwt.decode(
        token, _public_key(), [ALGORITHM], audience=audience, leeway=LEEWAY, options={"require": required}
    )
    if int(claims["exp"]) <= time.time():  # the leeway is not meant for this one
        raise jwt.ExpiredSignatureError
    return claims


bearer_token = HTTPBearer(bearerFormat="JWT", scheme_name="bearer", auto_error=False)


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who sent a request: the id of the user, and all that the token says."""

    id: str
    claims: Mapping[str, Any]


async def authenticated(sent: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer_token)]) -> Authenticated:
    """The user who sent the bearer token. Raises 401 without a valid one."""
    try:
        if sent is None:
            raise InvalidToken
        claims = verified(sent.credentials, AUDIENCE)
    except InvalidToken:
        raise HTTPException(401, "A valid bearer token is needed.", {"WWW-Authenticate": "Bearer"}) from None
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
