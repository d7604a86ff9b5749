"""A process hangs up on clients that never send all of a request, and on nobody else."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from fastapi import FastAPI, Request

from acme.platform.http import server as http_server
from acme.platform.http.headers import SECURITY_HEADERS
from acme.platform.http.server import TimedHttp
from tests.kit.waiting import eventually

ARRIVAL = 0.3
HEAD = b"POST /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\n"

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]

app = FastAPI()


@app.post("/slow")
async def slow(request: Request) -> str:
    await asyncio.sleep(2 * ARRIVAL)
    return (await request.body()).decode()


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[uvicorn.Server]:
    monkeypatch.setattr(http_server, "ARRIVAL", ARRIVAL)
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=TimedHttp, log_level="critical", lifespan="off"))
    running = asyncio.create_task(server.serve())

    async def has_started() -> bool:
        return server.started

    await eventually(has_started)
    yield server
    server.should_exit = True
    await running


@pytest.fixture
async def connection(server: uvicorn.Server) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection(*server.servers[0].sockets[0].getsockname())
    yield reader, writer
    writer.close()


async def answered(connection: Connection) -> bytes:
    """All that comes before the server hangs up."""
    async with asyncio.timeout(10):
        return await connection[0].read()


@pytest.mark.parametrize(
    "sent", [b"\r\n", b"POST", b"POST /slow HTTP/1.1\r\nHost: test\r\n", HEAD, HEAD + b"abc"], ids=len
)
async def test_who_does_not_send_all_of_a_request_is_told_so(connection: Connection, sent: bytes) -> None:
    connection[1].write(sent)

    answer = await answered(connection)

    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    for name, value in SECURITY_HEADERS.items():
        assert f"{name}: {value}\r\n".lower().encode() in answer.lower()


async def test_a_body_that_nobody_reads_has_to_come_too(connection: Connection) -> None:
    connection[1].write(HEAD.replace(b"/slow", b"/nothing") + b"abc")

    answer = await answered(connection)

    assert (answer.count(b"HTTP/1.1"), answer[:12]) == (1, b"HTTP/1.1 404")


async def test_what_is_no_http_is_told_so(connection: Connection) -> None:
    connection[1].write(b"HELO test\r\n\r\n")

    answer = await answered(connection)

    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n") and b"application/problem+json" in answer


async def test_an_answer_may_take_its_time_and_the_next_request_too(connection: Connection) -> None:
    reader, writer = connection
    for _ in range(2):
        writer.write(HEAD + b"abcd")

        assert (await reader.readuntil(b'"abcd"')).startswith(b"HTTP/1.1 200 OK\r\n")
        await asyncio.sleep(2 * ARRIVAL)


async def test_two_requests_at_once_are_answered_one_after_the_other(connection: Connection) -> None:
    reader, writer = connection
    writer.write(2 * (HEAD + b"abcd"))

    for _ in range(2):
        assert (await reader.readuntil(b'"abcd"')).startswith(b"HTTP/1.1 200 OK\r\n")


async def test_the_first_request_of_a_connection_is_answered_although_the_server_ends(
    server: uvicorn.Server, connection: Connection
) -> None:
    await _has_connections(server, 1)
    server.should_exit = True
    await _listens_no_more(server)
    connection[1].write(HEAD + b"abcd")

    answer = await answered(connection)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b'"abcd"')
    assert b"connection: close\r\n" in answer


async def test_a_request_that_an_idle_connection_sends_as_the_server_ends_is_answered(
    server: uvicorn.Server, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "LATE_REQUEST", 5.0)
    reader, writer = connection
    writer.write(HEAD + b"abcd")
    await reader.readuntil(b'"abcd"')
    server.should_exit = True
    await _listens_no_more(server)
    writer.write(HEAD + b"efgh")

    answer = await answered(connection)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b'"efgh"')
    assert b"connection: close\r\n" in answer


@pytest.mark.parametrize("requests", [0, 1])
async def test_a_connection_without_a_request_holds_up_the_end_of_the_server_for_a_moment_only(
    server: uvicorn.Server, connection: Connection, requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "FIRST_REQUEST", 0.2)
    reader, writer = connection
    await _has_connections(server, 1)
    for _ in range(requests):
        writer.write(HEAD + b"abcd")
        await reader.readuntil(b'"abcd"')
    server.should_exit = True

    assert await answered(connection) == b""


async def _has_connections(server: uvicorn.Server, number: int) -> None:
    async def has_them() -> bool:
        return len(server.server_state.connections) == number

    await eventually(has_them)


async def _listens_no_more(server: uvicorn.Server) -> None:
    async def is_closed() -> bool:
        return not any(each.is_serving() for each in server.servers)

    await eventually(is_closed)
