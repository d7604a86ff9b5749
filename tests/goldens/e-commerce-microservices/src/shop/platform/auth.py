"""Who is calling. The users service signs tokens; every service verifies them by itself, with the public key."""

import base64
import time
from functools import cache
from typing import Annotated

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from fastapi import Depends, HTTPException, Request
from pydantic import BeforeValidator

from shop.platform.settings import Environment

ALGORITHM = "EdDSA"
AUDIENCE = "shop"
LIFETIME = 3600
"""Seconds until a token expires."""


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
    claims = {"sub": user_id, "aud": AUDIENCE, "iat": now, "exp": now + LIFETIME}
    return jwt.encode(claims, _private_key(), ALGORITHM)


async def current_user(request: Request) -> str:
    """The id of the user who sent the bearer token. Raises 401 without a valid one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise jwt.InvalidTokenError
        claims = jwt.decode(token, _public_key(), [ALGORITHM], audience=AUDIENCE, options={"require": ["exp", "sub"]})
    except jwt.InvalidTokenError:
        raise HTTPException(401, "A valid bearer token is needed.", {"WWW-Authenticate": "Bearer"}) from None
    return str(claims["sub"])


CurrentUser = Annotated[str, Depends(current_user)]


@cache
def _public_key() -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(VerifyingSettings().auth_public_key)


@cache
def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(SigningSettings().auth_private_key)
