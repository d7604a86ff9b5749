"""Reads and checks `routes` of a service, which are additional to those of its resource."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import replace

from blueprint.errors import Problem
from blueprint.spec.findings import Findings
from blueprint.spec.http_routes import WITH_BODY, Method, Route, Shape, route_of, size_of
from blueprint.spec.location import Location
from blueprint.spec.model import Service, Spec
from blueprint.spec.names import shown
from blueprint.spec.nodes import Node
from blueprint.spec.reserved import PATHS
from blueprint.spec.shape import entries_of, parts_of, text_of

ROUTE_KEYS = ("body", "form")

_OF_GATEWAY = {"openapi.json": "the path of the document that describes the API"}
_RESERVED: Mapping[str, str] = {**PATHS, **_OF_GATEWAY}


def routes_of(node: Node | None, findings: Findings) -> tuple[Route, ...]:
    """The routes of a service, in file order."""
    return tuple(_routes(node, findings))


def resource_routes(service: Service) -> Iterator[Route]:
    """The implied routes of the resource of a service."""
    if service.resource is not None:
        collection = f"/{service.name.kebab}"
        methods: tuple[tuple[Method, str], ...] = (
            ("POST", collection),
            ("GET", collection),
            ("GET", f"{collection}/{{id}}"),
            ("PUT", f"{collection}/{{id}}"),
            ("DELETE", f"{collection}/{{id}}"),
        )
        for method, path in methods:
            if method != "PUT" or service.create_fields:
                yield Route(method, path)


def stub_routes(service: Service, answered: Collection[Shape] | None = None) -> tuple[Route, ...]:
    """The routes that need an initial function, in the order in which they must be registered.

    `answered` are the shapes of routes with code, by default those of the resource.
    """
    known = {route.shape for route in resource_routes(service)} if answered is None else answered
    own = (route for route in service.routes if route.shape not in known)
    return tuple(sorted(own, key=lambda route: route.specificity))


def beginnings(service: Service) -> tuple[str, ...]:
    """The paths that gateways route to the service, each with all paths below it."""
    if service.resource is None and not service.routes:
        return ()
    own = f"/{service.name.kebab}"
    return tuple(dict.fromkeys((own, *(route.beginning for route in service.routes))))


def is_below(path: str, other: str) -> bool:
    """Whether a path is below another one: `/files/archive` below `/files`."""
    return path.startswith(f"{other}/")


def reserved_paths(spec: Spec) -> Iterator[Problem]:
    """Paths of processes and gateways are reserved."""
    for service in spec.services:
        for route in service.routes:
            first = route.segments[0]
            if purpose := _RESERVED.get(first):
                message = f'"{route}" cannot be a route: /{first} is {purpose}'
                hint = f'for example "{route.method} /{service.name.kebab}{route.path}"'
                yield location_of(spec, service, route).problem("reserved-path", message, hint)


def repeated_routes(spec: Spec) -> Iterator[Problem]:
    """Routes of a service are unique."""
    for service in spec.services:
        taken: dict[tuple[str, str], Route] = {}
        functions: dict[str, Route] = {}
        for route in service.routes:
            location = location_of(spec, service, route)
            first = taken.setdefault(route.shape, route)
            alike = functions.setdefault(route.function, route)
            if first is not route:
                message = f'"{route}" is the same route as "{first}"'
                yield location.problem("route-twice", message, "delete one of them")
            elif alike is not route:
                message = f'"{alike}" and "{route}" would both give the name {route.function}'
                yield location.problem("same-name", message, "write one of the paths with other words")


def routes_of_two_services(spec: Spec) -> Iterator[Problem]:
    """A path prefix belongs to one service; the longest prefix decides."""
    owners: dict[str, Service] = {}
    for service in spec.services:
        if beginnings(service):
            owners.setdefault(f"/{service.name.kebab}", service)
    for service in spec.services:
        for route in service.routes:
            owner = owners.setdefault(route.beginning, service)
            if owner.name != service.name:
                message = f'"{route}" cannot be a route of "{service.name}"'
                message += f': {route.beginning} leads to "{owner.name}"'
                hint = f'move it to "{owner.name}", or begin its path with /{service.name.kebab}'
                yield location_of(spec, service, route).problem("route-twice", message, hint)


def interleaved_services(spec: Spec) -> Iterator[Problem]:
    """Two services cannot each have paths below those of the other."""
    claims = {service.name: beginnings(service) for service in spec.services}
    for service in spec.services:
        own = claims[service.name]
        others = {
            path: name
            for name, paths in claims.items()
            if name != service.name and any(is_below(path, each) for path in paths for each in own)
            for path in paths
        }
        for route in service.routes:
            if above := next((path for path in others if is_below(route.beginning, path)), None):
                message = (
                    f'"{route}" lies below {above} of "{others[above]}", which lies below "{service.name}"'
                )
                hint = f"begin its path with /{service.name.kebab}"
                yield location_of(spec, service, route).problem("route-twice", message, hint)


def location_of(spec: Spec, service: Service, route: Route) -> Location:
    """The location of the route in the file."""
    keys = ("services", service.name, "routes")
    return next(
        (
            spec.marks.key_location(*keys, str(known[3]))
            for known in spec.marks.key_positions
            if known[:3] == keys and len(known) == 4 and " ".join(str(known[3]).split()) == str(route)
        ),
        spec.marks.location(*keys),
    )


def _routes(node: Node | None, findings: Findings) -> Iterator[Route]:
    for entry in entries_of(node, '"routes"', findings):
        if (route := findings.keep(route_of(entry.key.value, entry.key.location))) is None:
            continue
        parts = parts_of(entry.value, f'the route "{route}"', ROUTE_KEYS, findings)
        if parts and route.method not in WITH_BODY:
            message = f'"{route}" has no body'
            hint = f"delete {' and '.join(parts)}; {', '.join(WITH_BODY)} have one"
            findings.add(entry.key.location, "misplaced-limit", message, hint)
            continue
        yield replace(route, body=_body(parts, findings), form=_form(parts, findings))


def _body(parts: Mapping[str, Node], findings: Findings) -> int | None:
    if "body" not in parts or (text := text_of(parts["body"], '"body"', findings)) is None:
        return None
    return findings.keep(size_of(text.value, text.location))


def _form(parts: Mapping[str, Node], findings: Findings) -> bool:
    if "form" not in parts or (text := text_of(parts["form"], '"form"', findings)) is None:
        return False
    if text.value not in ("true", "false"):
        message = f'"form" is true or false, not {shown(text.value)}'
        findings.add(text.location, "bad-value", message, 'write "form: true", or take it out')
    return text.value == "true"


ROUTE_RULES = (reserved_paths, repeated_routes, routes_of_two_services, interleaved_services)
"""Rules for a complete spec, because the routes of a resource depend on its managed fields."""
