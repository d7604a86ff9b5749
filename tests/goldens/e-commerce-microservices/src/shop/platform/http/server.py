"""The HTTP protocol of uvicorn, with a timeout for requests and problem responses to invalid ones."""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shop.platform.http.headers import SECURITY_HEADERS
from shop.platform.http.problems import problem

ARRIVAL = 30.0
"""Seconds in which a request must arrive, including its body. uvicorn itself has no such limit."""


class TimedHttp(HttpToolsProtocol):
    """The class for `uvicorn --http`."""

    _arrival: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._has_arrived()

    def data_received(self, data: bytes) -> None:
        self._is_arriving()
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._is_arriving()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._has_arrived()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002, it may quote the request
        self._close(400, "The request is not valid HTTP.")

    def _is_arriving(self) -> None:
        if self._arrival is None:
            self._arrival = self.loop.call_later(ARRIVAL, self._is_late)

    def _has_arrived(self) -> None:
        if self._arrival is not None:
            self._arrival.cancel()
            self._arrival = None

    def _is_late(self) -> None:
        self._arrival = None
        if self.flow.read_paused:  # this process is slow, not the client
            self._is_arriving()
        else:
            self._close(408, f"The request did not arrive within {ARRIVAL:g} seconds.")

    def _close(self, status: int, detail: str) -> None:
        """Close the connection, after a response unless this request has one."""
        if self.cycle is None or self.cycle.scope is not self.scope or not self.cycle.response_started:
            response = problem(status, detail, {**SECURITY_HEADERS, "Connection": "close"})
            lines = [b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode())]
            lines += [b"%s: %s" % header for header in response.raw_headers]
            self.transport.write(b"\r\n".join([*lines, b"", bytes(response.body)]))
        self.transport.close()
