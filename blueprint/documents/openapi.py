"""The OpenAPI document of the services with unedited code.

It is the document that the application gives of itself (`blueprint openapi`), written without running it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from blueprint.documents.components import (
    ABOUT,
    PATH_ID,
    KitModels,
    idempotency_key,
    page_cursor,
    page_limit,
    path_parameter,
    problems,
)
from blueprint.documents.models import ServiceModels
from blueprint.documents.naming import reference, with_short_names
from blueprint.documents.schemas import Json
from blueprint.spec.action_routes import ActionRoute, action_routes
from blueprint.spec.http_routes import Shape, shape_of
from blueprint.spec.model import Service, Spec
from blueprint.spec.routes import stub_routes


class Handwritten(Struct, frozen=True):
    """The document of services with code from a pack.

    The names of its schemas may be full ones: see `blueprint.documents.naming`.
    """

    services: frozenset[str] = frozenset()
    document: Json = field(default_factory=dict)

    def paths_of(self, service: Service) -> Json:
        """The paths whose first operation has the service as its first tag."""
        paths = _part(self.document, "paths")
        return {path: item for path, item in paths.items() if _first_tag(item) == service.name.human}

    def shapes(self) -> frozenset[Shape]:
        """The routes that the code of the pack answers."""
        return _shapes(_part(self.document, "paths"))

    def shapes_of(self, service: Service) -> frozenset[Shape]:
        """Those of one service."""
        return _shapes(self.paths_of(service))


def openapi(spec: Spec, version: str, handwritten: Handwritten | None = None) -> Json:
    """The document, in OpenAPI 3.1, with a collection for each service with a resource.

    `version` is that of the project. Paths stand in the order of the services, components in that of their
    names.
    """
    handwritten = handwritten or Handwritten()
    models = [
        ServiceModels(spec, service)
        for service in spec.services
        if service.resource is not None and service.name not in handwritten.services
    ]
    by_service = {each.service.name: _paths(each) for each in models}
    paths: Json = {}
    for service in spec.services:
        written = by_service.get(service.name, {}) or handwritten.paths_of(service)
        for path, item in (*_stubs(service, handwritten), *written.items(), *_actions(spec, service)):
            paths[path] = {**_part(paths, path), **_part({path: item}, path)}
    paths = {
        **paths,
        **{path: each for path, each in _part(handwritten.document, "paths").items() if path not in paths},
    }
    info = {"title": spec.name.human.capitalize(), "description": ABOUT, "version": version}
    document = {"openapi": "3.1.0", "info": info, **handwritten.document, "paths": paths}
    return _with_components(document, spec, models, handwritten) if paths else document


def _with_components(
    document: Json, spec: Spec, models: Iterable[ServiceModels], handwritten: Handwritten
) -> Json:
    parts = _part(document, "components")
    kit = KitModels(spec.name.package)
    schemas = {**_part(parts, "schemas"), **_newest_types(spec, handwritten)}
    responses = _part(parts, "responses")
    stubs = {path: item for service in spec.services for path, item in _stubs(service, handwritten)}
    if stubs:
        schemas |= {name: each for name, each in kit.definitions.items() if name != kit.row_error}
        responses |= kit.responses(
            "501", "default", *(("422",) if any("{" in path for path in stubs) else ())
        )
    for service in spec.services:
        if routes := action_routes(service):
            schemas |= {name: each for name, each in kit.definitions.items() if name != kit.row_error}
            schemas |= dict(ServiceModels(spec, service).of_actions(routes))
            statuses = {status for route in routes for status in _problems_of(route)}
            responses |= kit.responses("default", *statuses)
    for each in models:
        schemas |= {**kit.definitions, **dict(each.definitions(kit.row_error))}
        responses |= kit.responses("400", "404", "409", "413", "422", "default")
    rest = {name: part for name, part in parts.items() if name not in ("schemas", "responses")}
    described = {"paths": document["paths"], **rest, "responses": dict(sorted(responses.items()))}
    described, schemas = with_short_names(described, schemas)
    paths = described.pop("paths")
    return {**document, "paths": paths, "components": {"schemas": schemas, **described}}


def _newest_types(spec: Spec, handwritten: Handwritten) -> Json:
    """Entries under types follow the spec in the services of packs, too."""
    written = _part(_part(handwritten.document, "components"), "schemas")
    return {
        name: schema
        for service in spec.services
        if service.name in handwritten.services
        for mode in ("Input", "Output")
        for name, schema in ServiceModels(spec, service).types(service.resource or (), mode)
        if name in written
    }


def _paths(models: ServiceModels) -> Json:
    path = f"/{models.service.name.kebab}"
    return {path: {"post": _create(models), "get": _browse(models)}, f"{path}/{{id}}": dict(_one(models))}


def _create(models: ServiceModels) -> Json:
    service = models.service
    answers = {"201": _answer(models.view), **problems("400", "409", "413", "422")}
    return {
        **_heading(service, "create"),
        "parameters": [idempotency_key()],
        "requestBody": _body(models.new),
        "responses": answers,
    }


def _browse(models: ServiceModels) -> Json:
    answers = {"200": _answer(models.page), **problems("400", "422")}
    parameters = [page_limit(), page_cursor()]
    return {**_heading(models.service, "browse"), "parameters": parameters, "responses": answers}


def _one(models: ServiceModels) -> Iterator[tuple[str, Json]]:
    service, answer = models.service, _answer(models.view)
    shown = {"200": answer, **problems("404", "422")}
    yield "get", {**_heading(service, "show"), "parameters": [PATH_ID], "responses": shown}
    if service.create_fields:
        yield (
            "put",
            {
                **_heading(service, "replace"),
                "parameters": [PATH_ID],
                "requestBody": _body(models.new),
                "responses": {"200": answer, **problems("400", "404", "409", "413", "422")},
            },
        )
    removed = {"204": {"description": _SUCCESS}, **problems("404", "422")}
    yield "delete", {**_heading(service, "remove"), "parameters": [PATH_ID], "responses": removed}


def _stubs(service: Service, handwritten: Handwritten) -> Iterator[tuple[str, Json]]:
    """The paths of routes that have no code yet."""
    answered = handwritten.shapes() if service.name in handwritten.services else None
    for route in stub_routes(service, answered):
        if route.method != "WS":
            heading = _heading(service, route.function)
            parameters = [path_parameter(name) for name in route.parameters]
            answers: Json = {
                "200": {"description": _SUCCESS, "content": {"application/json": {"schema": {}}}}
            }
            answers |= problems(*(("422",) if parameters else ()), "501")
            more = {"parameters": parameters} if parameters else {}
            yield route.path, {route.method.lower(): {**heading, **more, "responses": answers}}


def _actions(spec: Spec, service: Service) -> Iterator[tuple[str, Json]]:
    """The paths of actions."""
    models = ServiceModels(spec, service)
    for each in action_routes(service):
        status = "200"
        answer: Json = {"description": _SUCCESS}
        if each.result:
            answer = _answer(models.result(each))
        elif each.has_id:
            answer = _answer(models.view)
        else:
            status = "204"
        operation: Json = {
            **_heading(service, each.function),
            "parameters": [*([PATH_ID] if each.has_id else []), idempotency_key()],
            **({"requestBody": _body(models.request(each))} if each.body else {}),
            "responses": {status: answer, **problems(*_problems_of(each))},
        }
        yield each.route.path, {"post": operation}


def _problems_of(route: ActionRoute) -> tuple[str, ...]:
    body = ("400", "413") if route.body else ()
    return tuple(sorted((*body, *(("404",) if route.has_id else ()), "409", "422")))


_SUCCESS = "Successful Response"


def _heading(service: Service, function: str) -> Json:
    tag = service.name.human
    operation = f"{tag}_{function}".replace(" ", "_")
    return {"tags": [tag], "summary": function.replace("_", " ").title(), "operationId": operation}


def _body(model: str) -> Json:
    return {"required": True, **_content(model)}


def _answer(model: str) -> Json:
    return {"description": _SUCCESS, **_content(model)}


def _content(model: str) -> Json:
    return {"content": {"application/json": {"schema": reference(model)}}}


def _part(document: Json, key: str) -> Json:
    part = document.get(key)
    return dict(part) if isinstance(part, dict) else {}


def _shapes(paths: Json) -> frozenset[Shape]:
    return frozenset(
        shape_of(method.upper(), path)
        for path, item in paths.items()
        if isinstance(item, dict)
        for method in item
    )


def _first_tag(item: object) -> object:
    operation = next(iter(item.values()), None) if isinstance(item, dict) else None
    tags = operation.get("tags") if isinstance(operation, dict) else None
    return next(iter(tags), None) if isinstance(tags, list) else None
