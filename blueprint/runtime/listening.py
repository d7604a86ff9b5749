"""A listening socket that outlives its process: connections wait for the next one, or get an error."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress

from msgspec import Struct

from blueprint.runtime.launches import HOST

_BACKLOG = 2048
_ALIVE = b"/livez"  # what a gateway asks while files are watched
_REQUEST_SECONDS = 10.0
_LARGEST_HEAD = 65536
_LARGEST_BODY = 16 * 2**20


class Reason(Struct, frozen=True):
    """Why a process does not start: the message, and the place in the project, where it is known."""

    message: str
    path: str | None = None
    line: int | None = None

    @property
    def text(self) -> str:
        """`src/shop/orders/api.py:12: NameError: ...`."""
        return f"{self.path}:{self.line}: {self.message}" if self.path else self.message


class Listener:
    """The socket of a process. Closing it closes the port, unless a process still has it."""

    def __init__(self, port: int, ready: str) -> None:
        """Listen. Raises OSError where the port is taken."""
        self._probes = (ready.encode(), _ALIVE)
        self._socket = socket.create_server((HOST, port), backlog=_BACKLOG)
        # Accepted connections inherit it on Linux and macOS. Servers set it only where they made the socket.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answering: asyncio.Server | None = None

    @property
    def descriptor(self) -> int:
        """To be inherited by the process."""
        return self._socket.fileno()

    async def answer(self, name: str, reason: Reason) -> None:
        """Answer requests with 503 and the reason. A probe gets 200, or a gateway would not pass it on."""
        body = {
            "type": "about:blank",
            "title": "Service Unavailable",
            "status": 503,
            "detail": f"{name} does not start: {reason.text}",
        }
        if reason.path:
            body |= {"file": reason.path, "line": reason.line}
        content = json.dumps(body).encode()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
                async with asyncio.timeout(_REQUEST_SECONDS):
                    path = await _read_request(reader)
                    is_probe = path in self._probes
                    writer.write(_response(b"200 OK", b"") if is_probe else _response(_UNAVAILABLE, content))
                    await writer.drain()
            writer.close()

        await self.stop_answering()
        self._answering = await asyncio.start_server(serve, sock=self._socket.dup(), limit=_LARGEST_HEAD)

    async def stop_answering(self) -> None:
        """Let connections wait for the process from now on."""
        answering, self._answering = self._answering, None
        if answering is not None:
            answering.close()

    async def close(self) -> None:
        """Let go of the port."""
        await self.stop_answering()
        self._socket.close()


_UNAVAILABLE = b"503 Service Unavailable"


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    """The path of the request; its body is read first, or the client would not read the answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    await reader.readexactly(min(int(headers.get(b"content-length", b"0")), _LARGEST_BODY))
    return first.split()[1].partition(b"?")[0]


def _response(status: bytes, body: bytes) -> bytes:
    lines = [
        b"HTTP/1.1 " + status,
        b"Content-Type: application/problem+json",
        b"Content-Length: %d" % len(body),
        b"Cache-Control: no-store",
        b"Retry-After: 1",
        b"Connection: close",
    ]
    return b"\r\n".join([*lines, b"", body])
