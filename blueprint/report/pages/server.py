"""Serves the pages on the loopback interface, for the gateway of `blueprint run` to pass on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from blueprint.report.pages.content import TOKEN, Pages, content
from blueprint.report.pages.tokens import LARGEST, NoToken, development_token

HOST = "127.0.0.1"
ADDRESS = "PAGES_ADDRESS"
"""The environment variable that tells a gateway where the pages are."""

_HEADERS = {
    # Swagger UI sets styles of elements, and has its icons in the style sheet.
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@contextmanager
def serving(pages: Pages) -> Iterator[str]:
    """Serves the pages inside the context; the address, as `127.0.0.1:8123`.

    Pages are made on request, so that they show the current documents. Raises OSError.
    """
    with _Server((HOST, 0), pages) as server:
        thread = Thread(target=server.serve_forever, name="pages", kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], pages: Pages) -> None:
        super().__init__(address, _Handler)
        self.pages = pages


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 30

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/docs":
            self._answer(HTTPStatus.MOVED_PERMANENTLY, "text/plain", b"", {"Location": "/docs/"})
            return
        try:
            kind, body = content(self.server.pages, path)
        except (OSError, ValueError, KeyError):
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"There is no such page.\n")
            return
        self._answer(HTTPStatus.OK, kind, body)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        provider = self.server.pages.provider_url
        if self.path != TOKEN or provider is None:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such page.")
            return
        try:
            answer = development_token(provider, self._body())
        except NoToken as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
            return
        self._answer(HTTPStatus.OK, "application/json", answer)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            raise NoToken(f"the form needs a Content-Length of at most {LARGEST}")
        return self.rfile.read(int(length))

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        problem = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
        self.close_connection = True
        self._answer(status, "application/problem+json", json.dumps(problem).encode())

    def _answer(
        self, status: HTTPStatus, kind: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in {**_HEADERS, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...
