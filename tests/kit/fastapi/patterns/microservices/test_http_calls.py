"""A call reaches an instance that answers, is repeated only where that is safe, and ends in time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from acme.platform.adapters import http_calls
from acme.platform.adapters.http_calls import HttpCalls
from acme.platform.adapters.static_addresses import StaticAddresses
from acme.platform.calls.remote import TIMEOUT_HEADER, TOTAL
from acme.platform.workflows.tasks import Unavailable

Answer = Callable[[web.Request], Awaitable[web.Response]]


class Instance:
    """Counts what it hears, and answers what it is told to."""

    def __init__(self, answer: Answer) -> None:
        self.heard: list[web.Request] = []
        self._answer = answer

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(request)
        return await self._answer(request)


async def well(_: web.Request) -> web.Response:
    return web.json_response({"fine": True})


async def hang(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def hang_up(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.close()
    return web.Response()


async def reach_nobody(_: web.Request) -> web.Response:
    return web.Response(status=502, text="no upstream")


@asynccontextmanager
async def calling(*instances: Instance, dead: int = 0) -> AsyncIterator[HttpCalls]:
    servers = []
    for instance in instances:
        app = web.Application()
        app.router.add_post("/do", instance.hear)
        servers.append(server := TestServer(app))
        await server.start_server(shutdown_timeout=0.01)
    urls = [f"http://127.0.0.1:{server.port}" for server in servers]
    urls += [f"http://127.0.0.1:{unused_port()}" for _ in range(dead)]
    calls = HttpCalls(StaticAddresses(f"static:?bank={','.join(urls)}"))
    yield calls
    await calls.close()
    for server in servers:
        await server.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_calls, "TRY", aiohttp.ClientTimeout(total=0.3))


async def test_instances_are_asked_in_turn() -> None:
    instances = [Instance(well) for _ in range(3)]
    async with calling(*instances) as calls:
        for _ in range(6):
            await calls.post("bank", "/do", {})

    assert [len(instance.heard) for instance in instances] == [2, 2, 2]


async def test_an_instance_that_is_gone_is_passed_over_even_without_a_key() -> None:
    async with calling(Instance(well), dead=1) as calls:
        assert [await calls.post("bank", "/do", {}) for _ in range(4)] == 4 * [(200, {"fine": True})]


@pytest.mark.parametrize("trouble", [hang, hang_up, reach_nobody])
async def test_what_has_a_key_is_asked_of_another_instance(trouble: Answer, impatient: None) -> None:
    async with calling(Instance(trouble), Instance(well)) as calls:
        assert [await calls.post("bank", "/do", {}, "key") for _ in range(4)] == 4 * [(200, {"fine": True})]


@pytest.mark.parametrize("trouble", [hang, hang_up, reach_nobody])
async def test_what_has_no_key_is_never_sent_twice(trouble: Answer, impatient: None) -> None:
    instances = [Instance(trouble) for _ in range(2)]
    async with calling(*instances) as calls:
        with pytest.raises(Unavailable, match="bank does not respond"):
            await calls.post("bank", "/do", {})

    assert sum(len(instance.heard) for instance in instances) == 1


async def test_an_instance_that_did_not_answer_is_asked_last_for_a_while() -> None:
    broken, lively = Instance(hang_up), Instance(well)
    async with calling(broken, lively) as calls:
        for _ in range(10):
            await calls.post("bank", "/do", {}, "key")

    assert (len(broken.heard), len(lively.heard)) == (1, 10)


async def test_who_is_asked_learns_how_long_the_caller_waits(impatient: None) -> None:
    hung, lively = Instance(hang), Instance(well)
    async with calling(lively, hung) as calls:
        await calls.post("bank", "/do", {}, "key")
        await calls.post("bank", "/do", {}, "key")

    first, second = (float(instance.heard[0].headers[TIMEOUT_HEADER]) for instance in (hung, lively))
    assert TOTAL - 1 < second < first <= TOTAL


async def test_nothing_lasts_longer_than_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_calls, "TOTAL", 0.1)
    async with calling(Instance(hang)) as calls:
        with pytest.raises(Unavailable, match="bank does not respond: TimeoutError"):
            await calls.post("bank", "/do", {}, "key")


async def test_a_failure_of_the_other_side_is_an_answer() -> None:
    async def break_down(_: web.Request) -> web.Response:
        return web.Response(status=500, text="oh")

    instance = Instance(break_down)
    async with calling(instance) as calls:
        assert await calls.post("bank", "/do", {}, "key") == (500, "oh")

    assert len(instance.heard) == 1
