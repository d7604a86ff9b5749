"""Who is calling. The users service signs tokens; every service verifies them by itself, with the public key."""

import base64
import time
from functools import cache
from typing import Annotated

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from fastapi import Depends, HTTPException, Request
from pydantic_settings import BaseSettings

ALGORITHM = "EdDSA"
AUDIENCE = "shop"
LIFETIME = 3600
"""Seconds until a token expires."""


class AuthSettings(BaseSettings):
    """Raw Ed25519 keys in base64. Only the users service needs the private one."""

    auth_public_key: str
    auth_private_key: str = ""


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
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(AuthSettings().auth_public_key))


@cache
def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(AuthSettings().auth_private_key))
