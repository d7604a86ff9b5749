"""The payment provider: a port, and a simulated provider that stores its charges in a file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, Protocol

from pydantic_settings import BaseSettings

from shop.platform.adapters.sqlite import SqliteDatabase
from shop.platform.storage.database import Tx, forbid_in_transaction
from shop.platform.workflows.tasks import Unavailable


@dataclass(frozen=True)
class Receipt:
    status: Literal["captured", "declined"]


class Provider(Protocol):
    """A payment provider. Calls with the same key have one effect. Raises Unavailable while the outcome is unknown."""

    async def capture(self, key: str, amount: int, method: str) -> Receipt: ...

    async def void(self, key: str) -> None:
        """Refund the charge. A later capture with this key is declined."""


class ProviderSettings(BaseSettings):
    payment_provider_url: str


@cache
def provider() -> Provider:
    return SimulatedProvider(Path(ProviderSettings().payment_provider_url.removeprefix("stand-in:///")))


class SimulatedProvider:
    """Accepts the cards `card`, `card_slow`, `card_flaky` and `card_lost_reply`, and declines all others."""

    LARGEST_AMOUNT = 1_000_000
    CARDS = ("card", "card_slow", "card_flaky", "card_lost_reply")

    def __init__(self, path: Path) -> None:
        self._path = path

    async def capture(self, key: str, amount: int, method: str) -> Receipt:
        forbid_in_transaction()
        if method == "card_slow":
            await asyncio.sleep(1)
        attempt, status = await self._record(key, amount, method)
        if method == "card_lost_reply" and attempt == 1:
            await asyncio.sleep(3600)
        if status == "new":
            raise Unavailable(f"the provider could not capture {key} now")
        return Receipt("captured" if status == "captured" else "declined")

    async def void(self, key: str) -> None:
        forbid_in_transaction()
        async with self._ledger() as tx:
            sql = "INSERT INTO charges VALUES (:key, 'void', 0, 0) ON CONFLICT (key) DO UPDATE SET status = 'void'"
            await tx.execute(sql, key=key)

    async def status_of(self, key: str) -> str | None:
        """Return the status of a charge: new, captured, declined or void, or None if there is none."""
        async with self._ledger() as tx:
            charge = await tx.one("SELECT status FROM charges WHERE key = :key", key=key)
        return charge["status"] if charge else None

    async def _record(self, key: str, amount: int, method: str) -> tuple[int, str]:
        """Record an attempt. Returns the number of attempts, and the status of the charge."""
        async with self._ledger() as tx:
            sql = (
                "INSERT INTO charges VALUES (:key, 'new', :amount, 1) "
                "ON CONFLICT (key) DO UPDATE SET attempts = attempts + 1 RETURNING attempts, status"
            )
            [charge] = await tx.all(sql, key=key, amount=amount)
            status = charge["status"]
            if status == "new":
                status = self._decide(amount, method, charge["attempts"])
                await tx.execute("UPDATE charges SET status = :status WHERE key = :key", key=key, status=status)
        return charge["attempts"], status

    def _decide(self, amount: int, method: str, attempt: int) -> str:
        if method == "card_flaky" and attempt < 3:
            return "new"
        return "captured" if method in self.CARDS and amount <= self.LARGEST_AMOUNT else "declined"

    @asynccontextmanager
    async def _ledger(self) -> AsyncIterator[Tx]:
        async with self._database.begin() as tx:
            await tx.execute(
                "CREATE TABLE IF NOT EXISTS charges "
                "(key TEXT PRIMARY KEY, status TEXT NOT NULL, amount INTEGER NOT NULL, attempts INTEGER NOT NULL)"
            )
            yield tx

    @cached_property
    def _database(self) -> SqliteDatabase:
        return SqliteDatabase(self._path)
