"""Processes find each other through a registry, and go on without it."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import uvicorn
from aiohttp.test_utils import unused_port
from fastapi import FastAPI, Response

from acme.entrypoints import registry
from acme.platform.adapters import eureka, eureka_registry
from acme.platform.adapters.discoveries import open_discovery
from acme.platform.adapters.eureka_registry import BALANCER, Registry, describe_instance
from acme.platform.calls.discovery import Discovery
from acme.platform.workflows.background import Loop
from acme.platform.workflows.tasks import Unavailable
from tests.kit.waiting import eventually


class Orders:
    """A process that says whether it is ready."""

    def __init__(self) -> None:
        self.status = 200
        self.app = FastAPI()
        self.app.get("/readyz")(self._readyz)

    async def _readyz(self) -> Response:
        return Response(status_code=self.status)


@asynccontextmanager
async def serving(app: FastAPI, port: int) -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none", lifespan="off"))
    running = asyncio.create_task(server.serve())

    async def has_started() -> bool:
        return server.started

    await eventually(has_started)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running


@asynccontextmanager
async def announced(port: int) -> AsyncIterator[Registry]:
    """Inside, the registry has an agent of HAProxy that routes to order_items."""
    agent = Registry(f"http://127.0.0.1:{port}/eureka")
    description = describe_instance(BALANCER, "http://127.0.0.1:9", "UP", services="order_items,users")
    await agent.ask("POST", f"/apps/{BALANCER.upper()}", description)
    yield agent
    await agent.close()


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RENEW", "FETCH", "LOOK"):
        monkeypatch.setattr(eureka, name, 0.01)
    registry.forget()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Of a registry that runs."""
    port = unused_port()
    async with serving(registry.app, port):
        yield port


async def opened(
    port: int, monkeypatch: pytest.MonkeyPatch, own_url: str = "http://127.0.0.1:1"
) -> Discovery:
    monkeypatch.setenv("INSTANCE_URL", own_url)
    return await asyncio.to_thread(open_discovery, f"eureka+http://127.0.0.1:{port}/eureka", "order_items")


@asynccontextmanager
async def started(*loops: Loop) -> AsyncIterator[None]:
    for loop in loops:
        await loop.start()
    yield
    for loop in reversed(loops):
        await loop.stop()


async def finds(discovery: Discovery, *urls: str) -> bool:
    try:
        return await discovery.addresses("order_items") == list(urls)
    except Unavailable:
        return not urls


async def test_a_process_that_is_ready_is_found(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Orders().app, unused_port()) as url:
        discovery = await opened(port, monkeypatch, url)
        async with started(*discovery.helpers, *discovery.sources):
            await eventually(lambda: finds(discovery, url))


async def test_a_process_that_is_not_ready_is_not_found(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = Orders()
    orders.status = 503
    async with serving(orders.app, unused_port()) as url:
        discovery = await opened(port, monkeypatch, url)
        async with started(*discovery.helpers, *discovery.sources):
            with pytest.raises(Unavailable, match="has no instance of order_items"):
                await discovery.addresses("order_items")
            orders.status = 200
            await eventually(lambda: finds(discovery, url))
            assert await is_told(discovery, "UP")
            orders.status = 503
            await eventually(lambda: is_told(discovery, "DOWN"))


async def is_told(discovery: Discovery, status: str) -> bool:
    return [one["status"] for one in registry.instances()] == [status]


async def test_a_process_that_ends_says_goodbye_once(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Orders().app, unused_port()) as url:
        discovery = await opened(port, monkeypatch, url)
        async with started(*discovery.helpers, *discovery.sources):
            await eventually(lambda: finds(discovery, url))
            for _ in range(2):
                await discovery.sources[0].stop()

            assert registry.instances() == []


async def test_behind_haproxy_a_process_is_ready_once_it_is_routed(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with announced(port):
        discovery = await opened(port, monkeypatch)
        [registration] = discovery.sources
        async with started(*discovery.helpers):
            assert registration.obstacle(routed=False) == "HAProxy does not route to it yet"
            assert not registration.obstacle(routed=True)


async def test_a_process_to_which_haproxy_does_not_route_does_not_wait_for_it(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    discovery = await opened(port, monkeypatch)
    async with started(*discovery.helpers):
        assert not discovery.sources[0].obstacle(routed=False)


async def test_of_two_registries_one_may_die(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = unused_port(), unused_port()
    async with serving(Orders().app, unused_port()) as url:
        monkeypatch.setenv("INSTANCE_URL", url)
        async with serving(registry.app, second):
            pair = f"eureka+http://127.0.0.1:{first}/eureka,http://127.0.0.1:{second}/eureka"
            async with serving(registry.app, first):
                discovery = await asyncio.to_thread(open_discovery, pair, "order_items")
                for loop in (*discovery.helpers, *discovery.sources):
                    await loop.start()
                await eventually(lambda: finds(discovery, url))
            registry.forget()

            await eventually(lambda: is_told(discovery, "UP"))
            for loop in (*discovery.sources, *discovery.helpers):
                await loop.stop()


async def test_instances_of_another_system_are_not_found(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    discovery = await opened(port, monkeypatch)
    with monkeypatch.context() as other:
        other.setattr(eureka_registry, "SYSTEM", "other")
        client = Registry(f"http://127.0.0.1:{port}/eureka")
        description = describe_instance("order_items", "http://127.0.0.1:9", "UP")
        await client.ask("POST", "/apps/ORDER_ITEMS", description)
        await client.close()

    async with started(*discovery.helpers):
        assert await finds(discovery)
    with pytest.raises(
        SystemExit, match="has instances of order_items of the system other; set DISCOVERY_URL"
    ):
        await opened(port, monkeypatch)


async def test_without_the_registry_the_last_that_it_said_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    port = unused_port()
    async with serving(Orders().app, unused_port()) as url:
        async with serving(registry.app, port):
            discovery = await opened(port, monkeypatch, url)
            for loop in (*discovery.helpers, *discovery.sources):
                await loop.start()
            await eventually(lambda: finds(discovery, url))
        await asyncio.sleep(0.05)

        assert await discovery.addresses("order_items") == [url]
        for loop in (*discovery.sources, *discovery.helpers):
            await loop.stop()


async def test_a_registry_that_has_forgotten_all_is_told_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(Orders().app, unused_port()) as url:
        discovery = await opened(port, monkeypatch, url)
        async with started(*discovery.helpers, *discovery.sources):
            await eventually(lambda: finds(discovery, url))
            registry.forget()
            with pytest.raises(Unavailable):
                await discovery.addresses("nobody")

            assert await discovery.addresses("order_items") == [url]
            await eventually(lambda: is_told(discovery, "UP"))


async def test_a_registry_that_is_down_at_the_start_may_come_up(monkeypatch: pytest.MonkeyPatch) -> None:
    port = unused_port()
    async with serving(Orders().app, unused_port()) as url:
        discovery = await opened(port, monkeypatch, url)
        async with started(*discovery.helpers, *discovery.sources), serving(registry.app, port):
            await eventually(lambda: finds(discovery, url))


@contextmanager
def answering(status: int, body: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"eureka+http://user:secret@127.0.0.1:{server.server_port}/eureka"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (
            401,
            "",
            "rejects the credentials; set them in DISCOVERY_URL: eureka[+]http://user:password@host:port",
        ),
        (403, "", "rejects the credentials"),
        (404, "", "status 404; check DISCOVERY_URL, whose path is usually /eureka"),
        (200, "<html>", "invalid response; check DISCOVERY_URL"),
        (200, '{"applications": []}', "invalid response"),
        (
            200,
            '{"applications": {"application": [{"name": "A", "instance": [{}]}]}}',
            "invalid response",
        ),
    ],
)
def test_an_url_that_is_wrong_ends_the_process_with_a_line(status: int, body: str, message: str) -> None:
    with answering(status, body) as url, pytest.raises(SystemExit, match=message) as caught:
        open_discovery(url, "users")

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["eureka+", "eureka+registry:8761", "eureka+ftp://registry", "eureka+http://:1/eureka"]
)
def test_what_is_no_url_of_a_registry_ends_the_process_with_a_line(url: str) -> None:
    with pytest.raises(
        SystemExit, match="DISCOVERY_URL must have the form eureka[+]http://registry:8761/eureka"
    ):
        open_discovery(url, "users")


def test_a_container_among_several_tells_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostbyname", lambda _: "10.0.0.7")

    assert eureka.own_url("http://{host}:8000") == "http://10.0.0.7:8000"
    assert eureka.own_url("http://orders:80") == "http://orders:80"
