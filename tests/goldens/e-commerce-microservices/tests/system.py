"""Runs the whole system in this process behind one base URL, with a database for each service and calls in memory."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from shop import orders, payments, products, users
from shop.entrypoints.wiring import create_service_app
from shop.platform.settings import Settings
from tests.gateway import Gateway

SERVICES = (users.service, products.service, orders.service, payments.service)


class InMemoryCalls:
    def __init__(self, apps: dict[str, FastAPI]) -> None:
        self._apps = apps

    async def close(self) -> None: ...

    async def post(self, service: str, path: str, body: dict[str, Any], key: str = "") -> tuple[int, Any]:
        async with AsyncClient(transport=ASGITransport(self._apps[service]), base_url="http://test") as client:
            answer = await client.post(path, json=body)
            return answer.status_code, answer.json()


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[AsyncClient]:
    apps: dict[str, FastAPI] = {}
    calls = InMemoryCalls(apps)
    async with AsyncExitStack() as stack:
        for service in SERVICES:
            url = f"sqlite:///{folder}/{service.name}.db"
            settings = Settings(database_url=url, operator_token="operator of the tests", discovery_url="static:")
            apps[service.name] = app = create_service_app(service, settings, calls)
            await stack.enter_async_context(app.router.lifespan_context(app))
        transport = ASGITransport(Gateway(apps.values()))
        yield await stack.enter_async_context(AsyncClient(transport=transport, base_url="http://test"))
