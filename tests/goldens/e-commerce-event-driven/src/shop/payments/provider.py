"""The payment provider: a port, and a stand-in that remembers like a real one, in a file of its own."""

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
    """Calls are known by their key: repeating one changes nothing. Raises Unavailable where nothing is known yet."""

    async def capture(self, key: str, amount: int, method: str) -> Receipt: ...

    async def void(self, key: str) -> None:
        """Give the money back; a capture that comes later with this key is declined."""


class ProviderSettings(BaseSettings):
    payment_provider_url: str


@cache
def provider() -> Provider:
    return StandIn(Path(ProviderSettings().payment_provider_url.removeprefix("stand-in:///")))


class StandIn:
    """Knows the cards `card`, `card_declined`, `card_slow`, `card_flaky` and `card_lost_reply`; declines any other."""

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
        """What its ledger says: new, captured, declined or void; None where it was never asked."""
        async with self._ledger() as tx:
            charge = await tx.one("SELECT status FROM charges WHERE key = :key", key=key)
        return charge["status"] if charge else None

    async def _record(self, key: str, amount: int, method: str) -> tuple[int, str]:
        """How often this key was tried, and what became of it."""
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
