"""Devices that a login comes from: a browser, an app. Who guesses passwords shuts nobody out who has been in before.

A device keeps a signed cookie that only the login reads. It tells which account it is of, never who is calling:
without the right password it opens nothing.
"""

import time
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4

from fastapi import Request, Response

from shop.platform.http.auth import AUDIENCE, InvalidToken, sign, verified

COOKIE = "login_device"
LIFETIME = 180 * 86400
"""Seconds after which a device that has been in is a stranger again."""
WAIT_LIFETIME = 86400
"""Seconds for which one that waits is known."""
_AUDIENCE = f"{AUDIENCE}/login-device"


@dataclass(frozen=True, slots=True)
class Device:
    account: str
    """A digest of the e-mail address."""
    was_in: bool
    """Whether somebody has logged in from it; else it was told to wait."""
    id: str = field(default_factory=lambda: uuid4().hex)
    since: float = field(default_factory=lambda: time.time())


def device_of(request: Request, account: str) -> Device | None:
    """The device that the request comes from, if it is one of this account."""
    try:
        claims = verified(request.cookies.get(COOKIE, ""), _AUDIENCE, "jti", "since", "in")
    except InvalidToken:
        return None
    if claims["sub"] != account:
        return None
    return Device(account, claims["in"] is True, str(claims["jti"]), float(claims["since"]))


def cookie_of(request: Request, device: Device) -> dict[str, str]:
    """The header by which a browser remembers what it is."""
    claims = {"sub": device.account, "aud": _AUDIENCE, "jti": device.id, "in": device.was_in}
    lifetime = LIFETIME if device.was_in else WAIT_LIFETIME
    token = sign({**claims, "since": device.since, "exp": int(time.time()) + lifetime})
    response, https = Response(), request.url.scheme == "https"
    # Pages of other origins, where CORS_ORIGINS lets them in, have it sent over HTTPS only.
    same_site: Literal["none", "lax"] = "none" if https else "lax"
    response.set_cookie(COOKIE, token, lifetime, path="/login", secure=https, httponly=True, samesite=same_site)
    return {"Set-Cookie": response.headers["set-cookie"]}
