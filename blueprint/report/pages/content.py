"""The pages of a running system and the files they use."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from blueprint.report.pages.overview import (
    ASYNCAPI,
    OPENAPI,
    Input,
    JsonObject,
    Login,
    Route,
    bearer_scheme,
    events_of,
    password_login,
    read_document,
    routes_of,
)

TOKEN = "/docs/token"  # noqa: S105
"""The path that answers a token of the OpenID provider for development."""

_FOLDER = Path(__file__).parent
_PACKAGE = "fastapi_swagger"
_OWN_FILES = {"pages.js": "text/javascript", "theme.js": "text/javascript", "pages.css": "text/css"}
_SWAGGER_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_DEVELOPMENT_USER = (
    Input("username", "text", "username", "ada"),
    Input("email", "email", "email", "ada@example.com"),
    Input("name", "text", "name", "Ada"),
)


class Service(Protocol):
    """A process of the system, by name, and its base URL."""

    @property
    def name(self) -> str: ...

    @property
    def url(self) -> str: ...


@dataclass(slots=True)
class Pages:
    """The system that the pages are about.

    `applications` are the programs with services in them, `provider` is the OpenID provider for development,
    if there is one. `services` is set once all processes are started.
    """

    name: str
    pattern: str
    entry: str
    docs: Path
    applications: Collection[str] = ()
    provider: str | None = None
    services: Sequence[Service] = field(default=())

    @property
    def provider_url(self) -> str | None:
        """The base URL of the OpenID provider for development, if it runs."""
        return next((service.url for service in self.services if service.name == self.provider), None)


class _Process(NamedTuple):
    name: str
    url: str
    links: Sequence[tuple[str, str]]
    note: str


def content(pages: Pages, path: str) -> tuple[str, bytes]:
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
    routes = routes_of(openapi)
    has_events = (pages.docs / ASYNCAPI).is_file()
    return _template("start.html.j2").render(
        name=pages.name,
        pattern=pages.pattern,
        processes=list(_processes(pages)),
        routes=routes,
        events=events_of(read_document(pages.docs, ASYNCAPI)) if has_events else (),
        has_events=has_events,
        problem=problem,
        commands=list(_commands(routes)),
    )


def _processes(pages: Pages) -> Iterator[_Process]:
    for service in pages.services:
        links: list[tuple[str, str]] = []
        note = "the base URL" if service.name == pages.entry else ""
        if service.name == pages.provider:
            note = "OpenID provider for development"
        if service.name.partition(".")[0] in pages.applications:  # instances are orders.1 and so on
            links = [("metrics", f"{service.url}/metrics"), ("readiness", f"{service.url}/readyz")]
        yield _Process(service.name, service.url, links, note)


def _commands(routes: Sequence[Route]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(route.service for route in routes if route.service):
        yield f"blueprint data {name}", f"shows the stored rows of {name}"
    yield "blueprint events --follow", "shows events and workflow steps as they happen"
    yield "blueprint dead-letters", "lists tasks that failed permanently"
    yield "blueprint test", "runs the tests of the project"


def _swagger_page(pages: Pages) -> str:
    openapi, _ = _openapi(pages)
    scheme = bearer_scheme(openapi)
    login = password_login(openapi)
    if login is None and scheme and pages.provider_url:
        login = Login(TOKEN, scheme, _DEVELOPMENT_USER)
    return _template("docs.html.j2").render(name=pages.name, login=login, scheme=scheme)


def _openapi(pages: Pages) -> tuple[JsonObject, str]:
    """The OpenAPI document; an empty one, and the reason, if it cannot be read."""
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
