"""Clients that never send all of a request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

_JSON = b"Host: shop\r\nContent-Type: application/json\r\n"
_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Habit:
    """What is sent at once, and what after each pause."""

    first: bytes
    then: bytes = b""


HABITS: Mapping[str, Habit] = {
    "half a header": Habit(b"POST /users HTTP/1.1\r\nHost: shop\r\nContent-Le"),
    "header by header": Habit(b"GET /products HTTP/1.1\r\nHost: shop\r\n", b"X: y\r\n"),
    "empty lines": Habit(b"\r\n", b"\r\n"),
    "half a body": Habit(b"POST /users HTTP/1.1\r\n" + _JSON + b"Content-Length: 99\r\n\r\n{"),
    "byte by byte": Habit(b"POST /users HTTP/1.1\r\n" + _JSON + b"Content-Length: 99\r\n\r\n{", b" "),
    "chunk by chunk": Habit(
        b"POST /users HTTP/1.1\r\n" + _JSON + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", b"1\r\n \r\n"
    ),
    "much of a body": Habit(
        b"POST /users HTTP/1.1\r\n" + _JSON + b"Content-Length: 1000000\r\n\r\n" + 300_000 * b" ", b" "
    ),
    "too large a body": Habit(
        b"POST /users HTTP/1.1\r\n" + _JSON + b"Content-Length: 3000000\r\n\r\n{", b" "
    ),
    "a body of no route": Habit(b"POST /nothing HTTP/1.1\r\n" + _JSON + b"Content-Length: 99\r\n\r\n{", b" "),
    "a body of no method": Habit(b"PATCH /users HTTP/1.1\r\n" + _JSON + b"Content-Length: 99\r\n\r\n{", b" "),
    "a body of a GET": Habit(b"GET /products HTTP/1.1\r\n" + _JSON + b"Content-Length: 99\r\n\r\n{", b" "),
}


async def borne(port: int, habit: Habit, within: float) -> float:
    """Seconds after which the server closes the connection; `within` where it has not done so by then."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sending = asyncio.create_task(_send(writer, habit))
    try:
        async with asyncio.timeout(within):
            with suppress(ConnectionError):
                while await reader.read(65536):
                    pass
    except TimeoutError:
        return within
    finally:
        sending.cancel()
        writer.close()
    return time.monotonic() - began


async def _send(writer: asyncio.StreamWriter, habit: Habit) -> None:
    """What is sent to a server that has closed is lost: then the reading end tells."""
    with suppress(ConnectionError):
        writer.write(habit.first)
        while habit.then:
            await asyncio.sleep(_PAUSE)
            writer.write(habit.then)
            await writer.drain()
