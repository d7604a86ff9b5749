"""What the pages say of a system, from its description and the documents in its `docs` folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

JsonObject = Mapping[str, object]

OPENAPI = "openapi.json"
ASYNCAPI = "asyncapi.json"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the OpenAPI document; `secured` where it needs a login."""

    method: str
    path: str
    service: str
    secured: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the AsyncAPI document, and the services that send and receive it."""

    name: str
    description: str
    senders: Sequence[str]
    receivers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Login:
    """How Swagger UI logs in: the path of the route that answers a token, and the token's security scheme.

    Both are empty where there is no such route.
    """

    path: str
    scheme: str


def read_document(docs: Path, name: str) -> JsonObject:
    """One document of the folder.

    Raises OSError, and ValueError where it is not a JSON object.
    """
    document = json.loads((docs / name).read_text("utf-8"))
    if not isinstance(document, dict):
        raise ValueError(f"{name} is not a JSON object")
    return document


def routes_of(openapi: JsonObject) -> list[Route]:
    """The routes of an OpenAPI document, by service and path."""
    routes = [
        Route(
            method.upper(),
            path,
            ", ".join(map(str, _sequence(operation.get("tags")))),
            "security" in operation,
        )
        for path, item in _objects(openapi, "paths")
        for method, operation in _objects(item)
    ]
    return sorted(routes, key=lambda route: (route.service, route.path, route.method))


def login_of(openapi: JsonObject) -> Login:
    """The login of an OpenAPI document: its route `POST …/login`, and its first bearer scheme."""
    schemes = [
        name
        for name, scheme in _objects(_object(openapi.get("components")), "securitySchemes")
        if scheme.get("type") == "http" and scheme.get("scheme") == "bearer"
    ]
    paths = [path for path, item in _objects(openapi, "paths") if path.endswith("/login") and "post" in item]
    return Login(paths[0], schemes[0]) if paths and schemes else Login("", "")


def events_of(asyncapi: JsonObject) -> list[Event]:
    """The events of an AsyncAPI document, by name."""
    sides: dict[str, dict[str, list[str]]] = {}
    for key, operation in _objects(asyncapi, "operations"):
        channel = str(_object(operation.get("channel")).get("$ref", "")).rpartition("/")[2]
        services = sides.setdefault(channel, {}).setdefault(str(operation.get("action")), [])
        service = key.partition(f".{operation.get('action')}s.")[0]
        if service not in services:
            services.append(service)
    return [
        Event(
            name,
            str(channel.get("description", "")),
            sides.get(name, {}).get("send", []),
            sides.get(name, {}).get("receive", []),
        )
        for name, channel in sorted(_objects(asyncapi, "channels"))
    ]


def _objects(parent: JsonObject, key: str | None = None) -> Iterator[tuple[str, JsonObject]]:
    """The members of an object (or of the object under `key`) that are objects themselves."""
    for name, value in (_object(parent.get(key)) if key else parent).items():
        if isinstance(value, dict):
            yield name, value


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
