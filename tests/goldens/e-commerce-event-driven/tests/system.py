"""Runs the whole system in this process behind one base URL, with a database for each service and a broker."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from shop import orders, payments, products, users
from shop.entrypoints.wiring import create_service_app
from shop.platform.settings import Settings
from tests.gateway import Gateway

SERVICES = (users.service, products.service, orders.service, payments.service)


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[AsyncClient]:
    apps: list[FastAPI] = []
    async with AsyncExitStack() as stack:
        for service in SERVICES:
            settings = Settings(
                database_url=f"sqlite:///{folder}/{service.name}.db",
                operator_token="operator of the tests",
                broker_url=f"sqlite:///{folder}/_broker.db",
            )
            app = create_service_app(service, settings)
            await stack.enter_async_context(app.router.lifespan_context(app))
            apps.append(app)
        transport = ASGITransport(Gateway(apps))
        yield await stack.enter_async_context(AsyncClient(transport=transport, base_url="http://test"))
