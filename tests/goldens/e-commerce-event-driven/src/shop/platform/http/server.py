"""HTTP as uvicorn speaks it, for clients that are slow on purpose or do not speak it."""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shop.platform.http.headers import SECURITY_HEADERS
from shop.platform.http.problems import problem

ARRIVAL = 30.0
"""Seconds within which a request has to be there, with its body. uvicorn itself waits for ever."""


class TimedHttp(HttpToolsProtocol):
    """Given to uvicorn as `--http`."""

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

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002, it may repeat what was sent
        self._hang_up(400, "This is not a valid HTTP request.")

    def _is_arriving(self) -> None:
        if self._arrival is None:
            self._arrival = self.loop.call_later(ARRIVAL, self._is_late)

    def _has_arrived(self) -> None:
        if self._arrival is not None:
            self._arrival.cancel()
            self._arrival = None

    def _is_late(self) -> None:
        self._arrival = None
        if self.flow.read_paused:  # it is this process that is slow
            self._is_arriving()
        else:
            self._hang_up(408, f"The request was not there after {ARRIVAL:g} seconds.")

    def _hang_up(self, status: int, detail: str) -> None:
        """With an answer, unless this request has one."""
        if self.cycle is None or self.cycle.scope is not self.scope or not self.cycle.response_started:
            answer = problem(status, detail, {**SECURITY_HEADERS, "Connection": "close"})
            lines = [b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode())]
            lines += [b"%s: %s" % header for header in answer.raw_headers]
            self.transport.write(b"\r\n".join([*lines, b"", bytes(answer.body)]))
        self.transport.close()
