"""How often a password can be guessed: a few failed logins at once, then one more after each pause.

It is counted in the database, so by all instances together; for addresses that nobody has registered, too, so that
nobody learns which ones have been. Two ways stay open while others guess: a device that has been in before has failures
of its own, and one that has waited as it was told has a try, which is kept for it where somebody else has just had one.
Each try takes a wait of its own.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from shop.platform.storage.clock import reading
from shop.platform.storage.database import Tx, insert
from shop.users.devices import Device


@dataclass(frozen=True, slots=True)
class Limit:
    failures: int
    """At once."""
    pause: float
    """Seconds until there may be one more."""
    of_account: bool = True
    """Else of all accounts together."""


OF_DEVICE = Limit(10, 60.0)
"""From a device that somebody has logged in from, at that account."""
OF_CLIENT_AT_ACCOUNT = Limit(10, 60.0)
OF_CLIENT = Limit(30, 10.0, of_account=False)
OF_SHARED_ADDRESS = Limit(300, 1.0, of_account=False)
"""The same for an address that is not public: it may be that of a gateway, with everybody behind it."""
AT_ACCOUNT = Limit(40, 60.0)
"""From all clients together, so at most 100 an hour."""
WAITED_AT_ACCOUNT = Limit(1, 60.0)
"""From all devices that have waited, when there is nothing left of the limits above."""
WAITED_OF_CLIENT = Limit(10, 10.0, of_account=False)
HELD = 15.0
"""Seconds for which a try is kept for the device that was told when to come."""
REMEMBERED = 2 * 86400.0
"""Seconds for which is known that a wait has had its try; the cookie of a device that waits does not live as long."""


@dataclass(frozen=True, slots=True)
class TooManyFailures:
    wait: float
    """Seconds until the next login."""
    begins_to_wait: bool = False
    """The device is to be told so: it has not waited yet, or that wait has had its try."""


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from: an address, of IPv6 the network of one customer."""

    address: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    email: str
    client: Client
    device: Device | None = None

    @property
    def still_to_wait(self) -> float:
        """Seconds until it has waited; 0 for a device that has been in."""
        if self.device is None:
            return WAITED_AT_ACCOUNT.pause
        if self.device.was_in:
            return 0.0
        wait = self.device.since + WAITED_AT_ACCOUNT.pause - time.time()
        return min(max(0.0, wait), WAITED_AT_ACCOUNT.pause)  # also where another clock has counted

    @property
    def limits(self) -> Mapping[str, Limit]:
        """By what they are counted under."""
        if self.device and self.device.was_in:
            return {_key("device", self.device.id): OF_DEVICE}
        address, everywhere = self.client.address, OF_CLIENT if self.client.is_public else OF_SHARED_ADDRESS
        return {
            _key("client", address): everywhere,
            _key("account", self.email, address): OF_CLIENT_AT_ACCOUNT,
            account_of(self.email): AT_ACCOUNT,
        }

    @property
    def limits_after_waiting(self) -> Mapping[str, Limit]:
        return {
            _key("waited", "client", self.client.address): WAITED_OF_CLIENT,
            _key("waited", "account", self.email): WAITED_AT_ACCOUNT,
        }


def account_of(email: str) -> str:
    return _key("account", email.casefold())


def client_of(request: Request) -> Client:
    """Behind a gateway, uvicorn reads the address from X-Forwarded-For.

    That is believed only if one of FORWARDED_ALLOW_IPS has sent it, and the gateways in `deploy/` write it themselves,
    whatever the client has put there.
    """
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return Client("unknown", False)
    known = ip_network((address, 64), strict=False) if isinstance(address, IPv6Address) else address
    return Client(str(known), address.is_global)


async def count_failure(tx: Tx, attempt: Attempt) -> Mapping[str, Limit] | TooManyFailures:
    """Called before the password is looked at, so that many guesses at once are counted, too. Returns what was counted.

    What is refused does not count.
    """
    await tx.lock("login_failures")
    now, device = await reading(tx), attempt.device
    await tx.execute("DELETE FROM _login_failures WHERE until < :now", now=now)
    wait = await _wait_for(tx, attempt.limits, now)
    if wait <= 0:
        return await _count(tx, attempt.limits, now)
    if device is None or await _until(tx, _key("tried", device.id)):
        return TooManyFailures(WAITED_AT_ACCOUNT.pause, begins_to_wait=True)
    if device.was_in or attempt.still_to_wait:
        return TooManyFailures(attempt.still_to_wait or wait)
    return await _try_after_waiting(tx, attempt, device, now)


async def _try_after_waiting(
    tx: Tx, attempt: Attempt, device: Device, now: float
) -> Mapping[str, Limit] | TooManyFailures:
    held, for_device = _key("held", attempt.email), _key("held for", device.id)
    wait = await _wait_for(tx, attempt.limits_after_waiting, now)
    held_until = await _until(tx, held)
    if held_until and not await _until(tx, for_device):
        return TooManyFailures(max(wait, held_until - now))
    if wait > 0:
        for key in (held, for_device):
            await _write(tx, key, now + wait + HELD)
        return TooManyFailures(wait)
    for key in (held, for_device):
        await tx.execute("DELETE FROM _login_failures WHERE key = :key", key=key)
    await _write(tx, _key("tried", device.id), now + REMEMBERED)
    return await _count(tx, attempt.limits_after_waiting, now)


async def forgive(tx: Tx, counted: Mapping[str, Limit]) -> None:
    """After a login that was right: what was counted before it is taken back, and the account begins anew."""
    await tx.lock("login_failures")
    for key, limit in counted.items():
        if limit.of_account:
            await tx.execute("DELETE FROM _login_failures WHERE key = :key", key=key)
        else:
            sql = "UPDATE _login_failures SET until = until - :pause WHERE key = :key"
            await tx.execute(sql, key=key, pause=limit.pause)


async def _wait_for(tx: Tx, limits: Mapping[str, Limit], now: float) -> float:
    """Seconds until one more is below all of the limits; nothing, or less, where it is now."""
    return max(
        [await _used(tx, key, limit, now) - now - (limit.failures - 1) * limit.pause for key, limit in limits.items()]
    )


async def _count(tx: Tx, limits: Mapping[str, Limit], now: float) -> Mapping[str, Limit]:
    for key, limit in limits.items():
        await _write(tx, key, await _used(tx, key, limit, now) + limit.pause)
    return limits


async def _used(tx: Tx, key: str, limit: Limit, now: float) -> float:
    """Until when what was counted is held against the next one."""
    until = await _until(tx, key)
    full = now + limit.failures * limit.pause  # what is further ahead was written by another clock
    return until if until and until <= full else now


async def _until(tx: Tx, key: str) -> float:
    row = await tx.one("SELECT until FROM _login_failures WHERE key = :key", key=key)
    return float(row["until"]) if row else 0.0


async def _write(tx: Tx, key: str, until: float) -> None:
    await insert(tx, "_login_failures", {"key": key, "until": until}, "ON CONFLICT (key) DO UPDATE SET until = :until")


def _key(*parts: str) -> str:
    """A digest: some people write their password where their e-mail address belongs."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
