"""How often a password can be guessed: a few failed logins at once, then one more after each pause.

It is counted in the database, so by all instances together; for addresses that nobody has registered, too, so that nobody
learns which ones have been.
"""

import hashlib
import math
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import HTTPException, Request

from shop.platform.database import Tx, insert


@dataclass(frozen=True, slots=True)
class Limit:
    failures: int
    """At once."""
    pause: float
    """Seconds until there may be one more."""


OF_CLIENT_AT_ACCOUNT = Limit(10, 60.0)
OF_CLIENT = Limit(30, 10.0)
"""At all accounts together."""
AT_ACCOUNT = Limit(40, 60.0)
"""From all clients together, so at most 100 an hour. It takes several clients to get there: one alone locks nobody out."""


@dataclass(frozen=True, slots=True)
class Attempt:
    email: str
    client: str | None
    """As `client_of` tells it."""

    @property
    def of_account(self) -> dict[str, Limit]:
        """Keys and limits that a success clears."""
        return {
            _key("account", self.email, self.client or ""): OF_CLIENT_AT_ACCOUNT,
            _key("account", self.email): AT_ACCOUNT,
        }

    @property
    def of_client(self) -> dict[str, Limit]:
        return {_key("client", self.client): OF_CLIENT} if self.client else {}


def client_of(request: Request) -> str | None:
    """Where a request comes from: an address, of IPv6 the network of one customer; None where that is not known.

    Behind a gateway, uvicorn reads it from X-Forwarded-For. That is believed only if one of FORWARDED_ALLOW_IPS has sent it,
    and the gateways in `deploy/` write it themselves, whatever the client has put there. An address that is not public
    may be that of a gateway with everybody behind it, so it stands for nobody.
    """
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return None
    if not address.is_global:
        return None
    return str(ip_network((address, 64), strict=False) if isinstance(address, IPv6Address) else address)


async def count_failure(tx: Tx, attempt: Attempt) -> None:
    """Called before the password is looked at, so that many guesses at once are counted, too.

    Raises 429 where it is one too many. In that case roll back: what is not looked at does not count.
    """
    await tx.lock("login_failures")
    now = time.time()
    await tx.execute("DELETE FROM login_failures WHERE until < :now", now=now)
    for key, limit in {**attempt.of_client, **attempt.of_account}.items():
        row = await tx.one("SELECT until FROM login_failures WHERE key = :key", key=key)
        until = (row["until"] if row else now) + limit.pause
        wait = until - now - limit.failures * limit.pause
        if wait > 0:
            raise HTTPException(429, "There were too many failed logins.", {"Retry-After": str(math.ceil(wait))})
        await insert(
            tx, "login_failures", {"key": key, "until": until}, "ON CONFLICT (key) DO UPDATE SET until = :until"
        )


async def forgive(tx: Tx, attempt: Attempt) -> None:
    """After a login that was right: what was counted before it is taken back, and the account begins anew."""
    await tx.lock("login_failures")
    for key, limit in attempt.of_client.items():
        sql = "UPDATE login_failures SET until = until - :pause WHERE key = :key"
        await tx.execute(sql, key=key, pause=limit.pause)
    for key in attempt.of_account:
        await tx.execute("DELETE FROM login_failures WHERE key = :key", key=key)


def _key(*parts: str) -> str:
    """A digest: some people write their password where their e-mail address belongs."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
