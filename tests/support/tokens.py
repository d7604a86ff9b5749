"""JSON Web Tokens, taken apart and put together by hand."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.system import System


def key_of(system: System) -> Ed25519PrivateKey:
    """The key that the shop signs its tokens with."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(system.environment["AUTH_PRIVATE_KEY"]))


def signed(key: Ed25519PrivateKey, claims: Mapping[str, object]) -> str:
    body = f"{encoded({'alg': 'EdDSA', 'typ': 'JWT'})}.{encoded(claims)}"
    return f"{body}.{in_base64(key.sign(body.encode()))}"


def claims_of(token: str) -> dict[str, Any]:
    return decoded(token.split(".")[1])


def decoded(part: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return value


def encoded(value: object) -> str:
    return in_base64(json.dumps(value).encode())


def in_base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
