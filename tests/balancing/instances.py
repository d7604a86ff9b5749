"""Instances that only pretend: they count what they hear, and hang up where they are told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Instance(ThreadingHTTPServer):
    """`ready` is what it says of itself; one that `hangs_up` does so after it has heard a request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[str, int]] = []
        """Method and size of each request."""
        self.came_from: list[str] = []
        """What each request has in X-Forwarded-For."""
        self.hangs_up = False
        self.ready = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Instance

    def handle(self) -> None:
        with suppress(ConnectionResetError):  # a check hangs up as soon as it knows
            super().handle()

    def do_GET(self) -> None:
        if self.path == "/readyz":
            self._answer(200 if self.server.ready else 503)
        else:
            self._hear()

    def do_POST(self) -> None:
        self._hear()

    do_PUT = do_PATCH = do_DELETE = do_POST

    def _hear(self) -> None:
        size = len(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.server.heard.append((self.command, size))
        self.server.came_from.extend(self.headers.get_all("X-Forwarded-For", [""]))
        if self.server.hangs_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._answer(200)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def instances(count: int) -> Iterator[list[Instance]]:
    servers = [Instance() for _ in range(count)]
    threads = [threading.Thread(target=server.serve_forever, args=(0.05,)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield servers
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
