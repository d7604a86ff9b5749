"""Check whether a process is ready."""

from __future__ import annotations

import asyncio

from blueprint.runtime.launches import HOST

_ANSWER_SECONDS = 2.0


async def is_ready(port: int, path: str) -> bool:
    """Whether a GET of the path returns 200 in time."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await _status(port, path) == b"200"
    except (OSError, TimeoutError):
        return False


async def _status(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode())
        line = await reader.readline()
        return b"".join(line.split()[1:2])
    finally:
        writer.close()
