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
async def connection(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connection]:
    monkeypatch.setattr(http_server, "ARRIVAL", ARRIVAL)
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=TimedHttp, log_level="critical", lifespan="off"))
    running = asyncio.create_task(server.serve())

    async def has_started() -> bool:
        return server.started

    await eventually(has_started)
    reader, writer = await asyncio.open_connection(*server.servers[0].sockets[0].getsockname())
    yield reader, writer
    writer.close()
    server.should_exit = True
    await running


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
