"""The HTTP protocol of uvicorn, with a timeout for requests and problem responses to invalid ones."""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shop.platform.http.headers import SECURITY_HEADERS
from shop.platform.http.problems import problem

ARRIVAL = 30.0
"""Seconds in which a request must arrive, including its body. uvicorn itself has no such limit."""
FIRST_REQUEST = 1.0
"""Seconds at shutdown in which a connection that has had no request yet may still send one."""
LATE_REQUEST = 0.1
"""Seconds at shutdown in which an idle connection may still send a request."""


class TimedHttp(HttpToolsProtocol):
    """The class for `uvicorn --http`."""

    _arrival: asyncio.TimerHandle | None = None
    _is_shutting_down = False

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

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self._is_shutting_down and self.cycle is not None:
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """Answer a request that is on its way, which the client would otherwise not dare to send again."""
        self._is_shutting_down = True
        if self.cycle is not None and not self.cycle.response_complete:
            super().shutdown()
        else:
            self.loop.call_later(FIRST_REQUEST if self.cycle is None else LATE_REQUEST, self._close_if_idle)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002, it may quote the request
        self._close(400, "The request is not valid HTTP.")

    def _close_if_idle(self) -> None:
        if self._arrival is None and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()

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
