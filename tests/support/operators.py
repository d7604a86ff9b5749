"""A process that answers what is internal, on a port of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

TOKEN = "sixteen-letters-and-more"
FAILS = "fails"
"""In place of an answer: the process answers 500."""


@contextmanager
def answering(answers: Mapping[str, object]) -> Iterator[str]:
    """The URL of a process that answers this by path below `/internal/`, and 404 to all else.

    It takes no token but `TOKEN`.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path.removeprefix("/internal/")
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self._answer(401, {})
            elif path not in answers:
                self._answer(404, {})
            elif answers[path] == FAILS:
                self._answer(500, {})
            else:
                self._answer(200, answers[path])

        do_POST = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            """Keep quiet."""

        def _answer(self, status: int, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
