"""Routes of the spec that the resource of a service, or the code of a pack, answers already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.catalog.model import Pack
from blueprint.documents.openapi import Handwritten
from blueprint.errors import Problem
from blueprint.spec.http_routes import METHODS, WITH_BODY, Route, Shape
from blueprint.spec.model import Service, Spec
from blueprint.spec.routes import is_below, location_of, resource_routes


def answered_routes(spec: Spec, packs: Iterable[Pack], handwritten: Handwritten) -> Iterator[Problem]:
    """A problem for each route that is answered without it, by its own service or by another one."""
    chosen = tuple(packs)
    for service in spec.services:
        own = _shapes(service, chosen, handwritten)
        for route in service.routes:
            if route.shape in own and route.body is None:
                location = location_of(spec, service, route)
                answering = "code" if service.name in handwritten.services else "resource"
                message = f'the {answering} of "{service.name}" answers "{route}" already'
                hint = "delete it, or give it a body limit" if route.method in WITH_BODY else "delete it"
                yield location.problem("route-twice", message, hint)
            elif found := _other_answer(spec, service, route, chosen, handwritten):
                message = f'"{route}" cannot be a route of "{service.name}": {found}'
                hint = f"begin its path with /{service.name.kebab}"
                yield location_of(spec, service, route).problem("route-twice", message, hint)


def _shapes(service: Service, packs: Iterable[Pack], handwritten: Handwritten) -> set[Shape]:
    """What the service answers without its routes in the spec."""
    if service.name not in handwritten.services:
        return {route.shape for route in resource_routes(service)}
    paths = [path for pack in packs for path in pack.routes.get(service.name, ())]
    of_packs = {(method, path) for path in paths for method in METHODS if method != "WS"}
    return of_packs | handwritten.shapes_of(service)


def _other_answer(
    spec: Spec, service: Service, route: Route, packs: Iterable[Pack], handwritten: Handwritten
) -> str | None:
    """Which other service answers a path that gateways would send to the service for this route."""
    for pack in packs:
        for owner, paths in pack.routes.items():
            if owner != service.name and (path := _taken(route, paths)):
                return f'with the {pack.kind} "{pack.id}" {path} leads to "{owner}"'
    for other in spec.services:
        if other.name != service.name and (path := _taken(route, handwritten.paths_of(other))):
            return f'the code of "{other.name}" answers {path}'
    return None


def _taken(route: Route, paths: Iterable[str]) -> str | None:
    """The first of the paths that gateways would take for the route: they choose by its beginning."""
    for path in paths:
        beginning = path.partition("/{")[0]
        if beginning == route.beginning or (route.parameters and is_below(beginning, route.beginning)):
            return path
    return None
