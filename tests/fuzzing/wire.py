"""HTTP without a client that would refuse to send what is wrong."""

from __future__ import annotations

import socket
from contextlib import suppress
from http.client import HTTPException, HTTPResponse

import httpx

from tests.fuzzing.hostile import Request

_SECONDS = 30.0


def answer(url: str, request: Request) -> tuple[int, bytes]:
    """Status and body; status 0 where it hangs up without an answer, as on what is no HTTP."""
    place = httpx.URL(url)
    with socket.create_connection((place.host, place.port or 80), _SECONDS) as connection:
        with suppress(OSError):  # it has answered already, and listens no longer
            connection.sendall(_bytes(request, place.netloc))
        response = HTTPResponse(connection, method=request.method)
        try:
            response.begin()
            return response.status, response.read()
        except (HTTPException, ConnectionError):
            return 0, b""


def _bytes(request: Request, host: bytes) -> bytes:
    headers = {"Host": host, "Connection": b"close", **request.headers}
    if request.body or request.method in ("POST", "PUT"):
        headers.setdefault("Content-Length", str(len(request.body)).encode())
    lines = [f"{request.method} {request.target} HTTP/1.1".encode()]
    lines += [name.encode() + b": " + value for name, value in headers.items()]
    return b"\r\n".join([*lines, b"", request.body])
