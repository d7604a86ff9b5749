"""What the pages say of a system, from the documents in its `docs` folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

JsonObject = Mapping[str, object]

OPENAPI = "openapi.json"
ASYNCAPI = "asyncapi.json"

_UNTAGGED = "default"
_SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the OpenAPI document; `secured` if it needs a login.

    `anchor` is its place in Swagger UI, as `#/orders/orders_create`; empty if the operation has no id.
    """

    method: str
    path: str
    service: str
    summary: str
    secured: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the AsyncAPI document, and the services that send and receive it."""

    name: str
    description: str
    senders: Sequence[str]
    receivers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the login form; `kind` is an HTML input type, `autocomplete` a token of that attribute."""

    name: str
    kind: str
    autocomplete: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """How a caller gets a token: a POST of the `inputs` as JSON to `path`, which answers an `access_token`.

    `scheme` is the security scheme of the token in the OpenAPI document, `registration` the route that
    creates an account, if there is one.
    """

    path: str
    scheme: str
    inputs: Sequence[Input]
    registration: Route | None = None


def read_document(docs: Path, name: str) -> JsonObject:
    """One document of the folder.

    Raises OSError, and ValueError if it is not a JSON object.
    """
    document = json.loads((docs / name).read_text("utf-8"))
    if not isinstance(document, dict):
        raise ValueError(f"{name} is not a JSON object")
    return document


def routes_of(openapi: JsonObject) -> list[Route]:
    """The routes of an OpenAPI document, by service and path."""
    routes = [
        _route(method, path, operation)
        for path, item in _objects(openapi, "paths")
        for method, operation in _objects(item)
    ]
    return sorted(routes, key=lambda route: (route.service, route.path, route.method))


def _route(method: str, path: str, operation: JsonObject) -> Route:
    tags = [str(tag) for tag in _sequence(operation.get("tags"))]
    tag, id = tags[0] if tags else _UNTAGGED, operation.get("operationId")
    return Route(
        method.upper(),
        path,
        ", ".join(tags),
        str(operation.get("summary", "")),
        bool(operation.get("security")),
        f"#/{quote(tag)}/{quote(str(id))}" if id else "",
    )


def bearer_scheme(openapi: JsonObject) -> str:
    """The first security scheme whose tokens are sent as `Authorization: Bearer`; empty if there is none."""
    for name, scheme in _objects(_object(openapi.get("components")), "securitySchemes"):
        kind = scheme.get("type")
        if kind == "openIdConnect" or (kind == "http" and str(scheme.get("scheme")).lower() == "bearer"):
            return name
    return ""


def password_login(openapi: JsonObject) -> Login | None:
    """The login by the route `POST …/login` of the document; None if it has none, or no bearer tokens."""
    scheme = bearer_scheme(openapi)
    for path, item in _objects(openapi, "paths"):
        if scheme and path.endswith("/login") and (operation := _object(item.get("post"))):
            names = _fields(openapi, operation)
            inputs = tuple(_input(name) for name in names)
            return Login(path, scheme, inputs, _registration(openapi, path, names))
    return None


def _registration(openapi: JsonObject, login: str, names: Sequence[str]) -> Route | None:
    """The open route that takes what the login takes, and more: it creates an account."""
    for path, item in _objects(openapi, "paths"):
        operation = _object(item.get("post"))
        if path != login and names and not operation.get("security"):
            taken = _fields(openapi, operation)
            if set(names) < set(taken):
                return _route("post", path, operation)
    return None


def _input(name: str) -> Input:
    if "password" in name:
        return Input(name, "password", "current-password")
    return Input(name, "email" if name == "email" else "text", "username")


def _fields(openapi: JsonObject, operation: JsonObject) -> list[str]:
    """The required properties of the JSON body that an operation takes."""
    body = _object(_object(operation.get("requestBody")).get("content"))
    schema = _object(_object(body.get("application/json")).get("schema"))
    name = str(schema.get("$ref", ""))
    if name.startswith(_SCHEMAS):
        schemas = _object(_object(openapi.get("components")).get("schemas"))
        schema = _object(schemas.get(name.removeprefix(_SCHEMAS)))
    return [str(each) for each in _sequence(schema.get("required"))]


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
