"""A process that is told to end says so first, and answers until nobody sends it anything any more."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
from httpx import ASGITransport, AsyncClient

from acme.platform.http.app import create_web_app
from acme.platform.http.web import Process
from acme.platform.storage.database import Database
from acme.platform.workflows.background import Loop
from acme.platform.workflows.tasks import Tasks
from conftest import RecordedEvents
from tests.kit.waiting import eventually


class Source(Loop):
    async def _run(self) -> None:
        await asyncio.Event().wait()


class Server:
    """Replaces the server that is to be stopped."""

    def __init__(self) -> None:
        self.ends = 0

    def end(self, *_: object) -> None:
        self.ends += 1


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    before = signal.signal(signal.SIGTERM, server.end)
    yield server
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
async def client(
    database: Database,
    server: Server,
    source: Source,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> AsyncIterator[AsyncClient]:
    monkeypatch.setenv("DRAIN_SECONDS", getattr(request, "param", "60"))
    process = Process(
        "things",
        [],
        database,
        RecordedEvents(),
        Tasks(database, {}),
        "operator of the tests",
        sources=[source],
    )
    app = create_web_app(process)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://test") as client,
    ):
        yield client


async def terminate(client: AsyncClient) -> None:
    os.kill(os.getpid(), signal.SIGTERM)

    async def drains() -> bool:
        return (await client.get("/readyz")).status_code == 503

    await eventually(drains)


async def test_it_is_not_ready_any_more_but_still_answers(client: AsyncClient, server: Server) -> None:
    assert (await client.get("/readyz")).status_code == 200

    await terminate(client)

    assert (await client.get("/livez")).status_code == 200
    assert server.ends == 0


async def test_it_takes_in_nothing_new(client: AsyncClient, source: Source) -> None:
    await terminate(client)

    async def has_stopped() -> bool:
        return not source.alive

    await eventually(has_stopped)


@pytest.mark.parametrize("client", ["0.01"], indirect=True)
async def test_the_server_ends_when_the_time_is_over(client: AsyncClient, server: Server) -> None:
    await terminate(client)

    async def ends() -> bool:
        return server.ends == 1

    await eventually(ends)


async def test_a_second_signal_is_not_waited_for(client: AsyncClient, server: Server) -> None:
    await terminate(client)
    os.kill(os.getpid(), signal.SIGTERM)

    async def ends() -> bool:
        return server.ends == 1

    await eventually(ends)
