"""Device cookies: an attacker who guesses passwords does not lock out devices that have logged in before.

The signed cookie identifies a browser or app and its account. Only the login reads it, and it does not replace the
password.
"""

import time
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4

from fastapi import Request, Response

from shop.platform.http.auth import AUDIENCE, InvalidToken, sign, verified

COOKIE = "login_device"
LIFETIME = 180 * 86400
"""Seconds for which a device is trusted after a login."""
WAIT_LIFETIME = 86400
"""Seconds for which the cookie of a waiting device is valid."""
_AUDIENCE = f"{AUDIENCE}/login-device"


@dataclass(frozen=True, slots=True)
class Device:
    account: str
    """A digest of the e-mail address."""
    is_trusted: bool
    """Whether the user has logged in from it. Otherwise it is waiting for an attempt."""
    id: str = field(default_factory=lambda: uuid4().hex)
    since: float = field(default_factory=lambda: time.time())


def device_of(request: Request, account: str) -> Device | None:
    """Return the device of a request, if its cookie is valid and of this account."""
    try:
        claims = verified(request.cookies.get(COOKIE, ""), _AUDIENCE, "jti", "since", "in")
    except InvalidToken:
        return None
    if claims["sub"] != account:
        return None
    return Device(account, claims["in"] is True, str(claims["jti"]), float(claims["since"]))


def cookie_of(request: Request, device: Device) -> dict[str, str]:
    """Return the Set-Cookie header of a device."""
    claims = {"sub": device.account, "aud": _AUDIENCE, "jti": device.id, "in": device.is_trusted}
    lifetime = LIFETIME if device.is_trusted else WAIT_LIFETIME
    token = sign({**claims, "since": device.since, "exp": int(time.time()) + lifetime})
    response, https = Response(), request.url.scheme == "https"
    # Pages of other origins in CORS_ORIGINS can send it over HTTPS only.
    same_site: Literal["none", "lax"] = "none" if https else "lax"
    response.set_cookie(COOKIE, token, lifetime, path="/login", secure=https, httponly=True, samesite=same_site)
    return {"Set-Cookie": response.headers["set-cookie"]}
