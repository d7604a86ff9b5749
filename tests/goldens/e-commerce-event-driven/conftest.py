"""Fixtures and helpers of the tests: services in this process, on temporary databases."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient

from shop.entrypoints.secrets import new_secrets
from shop.payments.provider import provider
from shop.platform.adapters.databases import open_database
from shop.platform.http.app import create_web_app
from shop.platform.http.auth import issue_token
from shop.platform.http.web import Process
from shop.platform.service import Service
from shop.platform.storage.database import Database, Tx
from shop.platform.storage.schema import migrate
from shop.platform.workflows.tasks import Tasks

DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")
"""The database of the tests. Without it, they use SQLite files."""
SECRETS = dict(line.split("=", 1) for line in new_secrets())
"""A key pair for all tests."""


class RecordedEvents:
    """Records published events."""

    def __init__(self) -> None:
        self.published: list[tuple[str, str, dict[str, Any]]] = []

    async def publish(self, tx: Tx, occurrence: str, key: str, data: dict[str, Any]) -> None:
        self.published.append((occurrence, key, data))


@asynccontextmanager
async def new_database(*services: Service) -> AsyncIterator[Database]:
    """Yield an empty database with the tables of the services."""
    with tempfile.TemporaryDirectory() as folder:
        url = DATABASE_URL or f"sqlite:///{folder}/test.db"
        database = open_database(url, f"test_{uuid4().hex}")
        await migrate(database, ["shop.platform", *(service.package for service in services)])
        yield database
        await database.close()


@asynccontextmanager
async def serve(
    service: Service, database: Database | None = None, tasks: Tasks | None = None
) -> AsyncIterator[AsyncClient]:
    """Yield an HTTP client of the service, on this database or an empty one."""
    async with AsyncExitStack() as stack:
        if database is None:
            database = await stack.enter_async_context(new_database(service))
        tasks = tasks or Tasks(database, {})
        process = Process(service.name, [service], database, RecordedEvents(), tasks, "operator")
        app = create_web_app(process)
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = ASGITransport(app)
        yield await stack.enter_async_context(AsyncClient(transport=transport, base_url="http://test"))


def as_user(user_id: str) -> dict[str, str]:
    """Return the headers of a request by this user."""
    return {"Authorization": f"Bearer {issue_token(user_id)}"}


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set the environment variables of the tests, independent of the machine."""
    for name in ("DATABASE_URL", "OPERATOR_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PAYMENT_PROVIDER_URL", f"stand-in:///{tmp_path}/provider.db")
    provider.cache_clear()
    yield
