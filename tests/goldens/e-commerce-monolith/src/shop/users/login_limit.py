"""Limits failed logins: a few at once, then one more after each pause.

Failures are counted in the database, so the limits apply to all instances together. Unknown e-mail addresses have the
same limits, which does not reveal the registered ones. An attacker cannot lock out a user: a device that has logged in
before has its own limit, and a device that has waited for `Retry-After` gets one attempt, which is reserved for it if
another device has just used one. Each further attempt requires a new wait.
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
    """Allowed at once."""
    pause: float
    """Seconds until one more is allowed."""
    of_account: bool = True
    """Whether it applies to one account, or to all accounts together."""


DEVICE = Limit(10, 60.0)
"""A device that has logged in before, at its account."""
CLIENT_AT_ACCOUNT = Limit(10, 60.0)
CLIENT = Limit(30, 10.0, of_account=False)
SHARED_ADDRESS = Limit(300, 1.0, of_account=False)
"""A private address, which may be a gateway that many clients share."""
ACCOUNT = Limit(40, 60.0)
"""All clients together, so at most 100 per hour."""
ACCOUNT_AFTER_WAIT = Limit(1, 60.0)
"""All devices that have waited, after the limits above are reached."""
CLIENT_AFTER_WAIT = Limit(10, 10.0, of_account=False)
RESERVED = 15.0
"""Seconds for which an attempt is reserved for a device that has waited."""
USED_WAITS = 2 * 86400.0
"""Seconds for which used waits are stored, longer than the cookie of a waiting device is valid."""


@dataclass(frozen=True, slots=True)
class TooManyFailures:
    wait: float
    """Seconds until the next attempt."""
    starts_wait: bool = False
    """Whether to send a cookie that starts a wait: the device has none, or has used it."""


@dataclass(frozen=True, slots=True)
class Client:
    """The source of a request: an IPv4 address, or the /64 network of an IPv6 address."""

    address: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    email: str
    client: Client
    device: Device | None = None

    @property
    def remaining_wait(self) -> float:
        """Seconds until the device has waited; 0 for a trusted device."""
        if self.device is None:
            return ACCOUNT_AFTER_WAIT.pause
        if self.device.is_trusted:
            return 0.0
        wait = self.device.since + ACCOUNT_AFTER_WAIT.pause - time.time()
        return min(max(0.0, wait), ACCOUNT_AFTER_WAIT.pause)  # the clock of another instance may differ

    @property
    def limits(self) -> Mapping[str, Limit]:
        """Key of the counter -> limit."""
        if self.device and self.device.is_trusted:
            return {_key("device", self.device.id): DEVICE}
        address, everywhere = self.client.address, CLIENT if self.client.is_public else SHARED_ADDRESS
        return {
            _key("client", address): everywhere,
            _key("account", self.email, address): CLIENT_AT_ACCOUNT,
            account_of(self.email): ACCOUNT,
        }

    @property
    def limits_after_wait(self) -> Mapping[str, Limit]:
        return {
            _key("waited", "client", self.client.address): CLIENT_AFTER_WAIT,
            _key("waited", "account", self.email): ACCOUNT_AFTER_WAIT,
        }


def account_of(email: str) -> str:
    return _key("account", email.casefold())


def client_of(request: Request) -> Client:
    """Return the client of a request. Behind a gateway, uvicorn reads its address from X-Forwarded-For.

    It trusts that header only from FORWARDED_ALLOW_IPS, and the gateways in `deploy/` overwrite it.
    """
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return Client("unknown", False)
    source = ip_network((address, 64), strict=False) if isinstance(address, IPv6Address) else address
    return Client(str(source), address.is_global)


async def count_failure(tx: Tx, attempt: Attempt) -> Mapping[str, Limit] | TooManyFailures:
    """Count an attempt and return the counted limits, or TooManyFailures. A rejected attempt does not count.

    Call it before verifying the password, so that concurrent attempts are counted.
    """
    await tx.lock("login_failures")
    now, device = await reading(tx), attempt.device
    await tx.execute("DELETE FROM _login_failures WHERE until < :now", now=now)
    wait = await _wait_for(tx, attempt.limits, now)
    if wait <= 0:
        return await _count(tx, attempt.limits, now)
    if device is None or await _until(tx, _key("tried", device.id)):
        return TooManyFailures(ACCOUNT_AFTER_WAIT.pause, starts_wait=True)
    if device.is_trusted or attempt.remaining_wait:
        return TooManyFailures(attempt.remaining_wait or wait)
    return await _attempt_after_wait(tx, attempt, device, now)


async def _attempt_after_wait(
    tx: Tx, attempt: Attempt, device: Device, now: float
) -> Mapping[str, Limit] | TooManyFailures:
    reserved, for_device = _key("reserved", attempt.email), _key("reserved for", device.id)
    wait = await _wait_for(tx, attempt.limits_after_wait, now)
    reserved_until = await _until(tx, reserved)
    if reserved_until and not await _until(tx, for_device):
        return TooManyFailures(max(wait, reserved_until - now))
    if wait > 0:
        for key in (reserved, for_device):
            await _write(tx, key, now + wait + RESERVED)
        return TooManyFailures(wait)
    for key in (reserved, for_device):
        await tx.execute("DELETE FROM _login_failures WHERE key = :key", key=key)
    await _write(tx, _key("tried", device.id), now + USED_WAITS)
    return await _count(tx, attempt.limits_after_wait, now)


async def forgive(tx: Tx, counted: Mapping[str, Limit]) -> None:
    """Revert the count after a successful login, and reset the limits of the account."""
    await tx.lock("login_failures")
    for key, limit in counted.items():
        if limit.of_account:
            await tx.execute("DELETE FROM _login_failures WHERE key = :key", key=key)
        else:
            sql = "UPDATE _login_failures SET until = until - :pause WHERE key = :key"
            await tx.execute(sql, key=key, pause=limit.pause)


async def _wait_for(tx: Tx, limits: Mapping[str, Limit], now: float) -> float:
    """Return the seconds until all limits allow one more; 0 or less if they do now."""
    return max(
        [await _used(tx, key, limit, now) - now - (limit.failures - 1) * limit.pause for key, limit in limits.items()]
    )


async def _count(tx: Tx, limits: Mapping[str, Limit], now: float) -> Mapping[str, Limit]:
    for key, limit in limits.items():
        await _write(tx, key, await _used(tx, key, limit, now) + limit.pause)
    return limits


async def _used(tx: Tx, key: str, limit: Limit, now: float) -> float:
    """Return the time until which counted failures use up the limit."""
    until = await _until(tx, key)
    full = now + limit.failures * limit.pause  # a later time comes from a clock that was set back
    return until if until and until <= full else now


async def _until(tx: Tx, key: str) -> float:
    row = await tx.one("SELECT until FROM _login_failures WHERE key = :key", key=key)
    return float(row["until"]) if row else 0.0


async def _write(tx: Tx, key: str, until: float) -> None:
    await insert(tx, "_login_failures", {"key": key, "until": until}, "ON CONFLICT (key) DO UPDATE SET until = :until")


def _key(*parts: str) -> str:
    """Return a digest: users sometimes type their password into the e-mail field."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
