"""A WebSocket client for an app in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from httpx import ASGITransport, AsyncClient

PATIENCE = 10.0
"""Seconds to wait for the app."""


class Socket:
    """The client side of a WebSocket."""

    def __init__(self) -> None:
        self.to_app: asyncio.Queue[Any] = asyncio.Queue()
        self.from_app: asyncio.Queue[Any] = asyncio.Queue()

    async def send(self, text: str) -> None:
        await self.to_app.put({"type": "websocket.receive", "text": text})

    async def receive(self) -> str:
        """Return the next text of the app. Raises ConnectionError with the code if it closes."""
        async with asyncio.timeout(PATIENCE):
            message = await self.from_app.get()
        if message["type"] != "websocket.send":
            raise ConnectionError(message.get("code") or message.get("status"))
        return str(message["text"])


@asynccontextmanager
async def connected(client: AsyncClient, path: str, **headers: str) -> AsyncIterator[Socket]:
    """Open a WebSocket to the app of the client. Raises ConnectionError with the status if it is rejected."""
    transport, socket = client._transport, Socket()
    assert isinstance(transport, ASGITransport)
    scope = {
        **{"type": "websocket", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "ws"},
        **{"path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "subprotocols": []},
        **{"headers": [(b"host", b"test"), *((name.lower().encode(), text.encode()) for name, text in headers.items())]},
        **{"client": ("127.0.0.1", 1), "server": ("test", 80), "extensions": {"websocket.http.response": {}}},
    }
    app = asyncio.ensure_future(transport.app(scope, socket.to_app.get, socket.from_app.put))
    try:
        async with asyncio.timeout(PATIENCE):
            await socket.to_app.put({"type": "websocket.connect"})
            opened = await socket.from_app.get()
        if opened["type"] != "websocket.accept":
            raise ConnectionError(opened.get("status", 403))
        yield socket
    finally:
        for _ in range(2):  # one for the app, one for the middleware that waits for the end of a rejected connection
            await socket.to_app.put({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(PATIENCE):
            await app
