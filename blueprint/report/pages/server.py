"""Serves the pages on the loopback interface, for the gateway of `blueprint run` to pass on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from blueprint.report.pages.overview import (
    ASYNCAPI,
    OPENAPI,
    JsonObject,
    events_of,
    login_of,
    read_document,
    routes_of,
)

HOST = "127.0.0.1"
ADDRESS = "PAGES_ADDRESS"
"""The environment variable that says to a gateway where the pages are."""

_FOLDER = Path(__file__).parent
_PACKAGE = "fastapi_swagger"
_OWN_FILES = {"pages.js": "text/javascript", "pages.css": "text/css"}
_SWAGGER_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_HEADERS = {
    # Swagger UI sets styles of elements, and has its icons in the style sheet.
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_COMMANDS = [
    ("blueprint data", "shows the stored rows of a service"),
    ("blueprint events --follow", "shows events and workflow steps as they happen"),
    ("blueprint dead-letters", "lists what failed for good"),
    ("blueprint test", "runs the tests of the project"),
]


class Service(Protocol):
    """A process of the system, by name, and its base URL."""

    @property
    def name(self) -> str: ...

    @property
    def url(self) -> str: ...


@dataclass(slots=True)
class Pages:
    """The system that the pages are about. `services` is known, and set, once all processes are started."""

    name: str
    pattern: str
    entry: str
    docs: Path
    services: Sequence[Service] = field(default=())


@contextmanager
def serving(pages: Pages) -> Iterator[str]:
    """Serves the pages inside the context; the address, as `127.0.0.1:8123`.

    Pages are made when they are asked for, so that they show the documents as they are then. Raises OSError.
    """
    with ThreadingHTTPServer((HOST, 0), _handler(pages)) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, name="pages", kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield f"{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/docs":
                self._answer(HTTPStatus.MOVED_PERMANENTLY, "text/plain", b"", {"Location": "/docs/"})
                return
            try:
                kind, content = _content(pages, path)
            except (OSError, ValueError, KeyError):
                self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"There is no such page.\n")
                return
            self._answer(HTTPStatus.OK, kind, content)

        do_HEAD = do_GET

        def _answer(
            self, status: HTTPStatus, kind: str, content: bytes, headers: dict[str, str] | None = None
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
            self.send_header("Content-Length", str(len(content)))
            for name, value in {**_HEADERS, **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None: ...

    return Handler


def _content(pages: Pages, path: str) -> tuple[str, bytes]:
    """Media type and content of a page or a file. Raises KeyError, OSError or ValueError if there is none."""
    if path == "/":
        return "text/html", _start_page(pages).encode()
    if path == "/docs/":
        return "text/html", _swagger_page(pages).encode()
    name = path.removeprefix("/docs/")
    if name == ASYNCAPI:
        return "application/json", (pages.docs / ASYNCAPI).read_bytes()
    if name in _OWN_FILES:
        return _OWN_FILES[name], (_FOLDER / name).read_bytes()
    return _SWAGGER_FILES[name], (_swagger_folder() / name).read_bytes()


def _start_page(pages: Pages) -> str:
    openapi, problem = _openapi(pages)
    has_events = (pages.docs / ASYNCAPI).is_file()
    return _template("start.html.j2").render(
        name=pages.name,
        pattern=pages.pattern,
        entry=pages.entry,
        services=pages.services,
        routes=routes_of(openapi),
        events=events_of(read_document(pages.docs, ASYNCAPI)) if has_events else (),
        has_events=has_events,
        problem=problem,
        commands=_COMMANDS,
    )


def _swagger_page(pages: Pages) -> str:
    openapi, _ = _openapi(pages)
    login = login_of(openapi)
    return _template("docs.html.j2").render(name=pages.name, login=login.path, scheme=login.scheme)


def _openapi(pages: Pages) -> tuple[JsonObject, str]:
    """The OpenAPI document; an empty one, and the reason, where it cannot be read."""
    try:
        return read_document(pages.docs, OPENAPI), ""
    except (OSError, ValueError) as error:
        return {}, f"docs/{OPENAPI} cannot be read ({error}): run blueprint openapi"


@cache
def _swagger_folder() -> Path:
    """The folder of Swagger UI in its package, which is not imported. Raises OSError if it is missing."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(_PACKAGE)
    return Path(spec.submodule_search_locations[0]) / "resources"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> Template:
    return _environment().get_template(name)
