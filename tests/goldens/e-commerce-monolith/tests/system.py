"""Runs the whole system in this process behind one base URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from httpx import ASGITransport, AsyncClient

from shop.entrypoints.shop import create_app
from shop.platform.settings import Settings


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[AsyncClient]:
    app = create_app(Settings(database_url=f"sqlite:///{folder}/shop.db", operator_token="operator of the tests"))
    client = AsyncClient(transport=ASGITransport(app), base_url="http://test")
    async with app.router.lifespan_context(app), client:
        yield client
