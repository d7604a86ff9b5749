"""Finds names in a spec that clash with names of packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.catalog.model import Catalog, Pack
from blueprint.errors import Problem
from blueprint.plan.disk_state import NOTHING_ON_DISK, DiskStates, answers_http
from blueprint.spec.model import Service, Spec
from blueprint.spec.routes import location_of


def names_given_away(
    spec: Spec, packs: Iterable[Pack], disk_states: DiskStates = NOTHING_ON_DISK
) -> Iterator[Problem]:
    """Fields with names of system columns, and services with paths of other services."""
    chosen = tuple(packs)
    for service in spec.services:
        yield from _columns(spec, service, chosen)
        if service.resource is not None:
            yield from _paths(spec, service, chosen)
        yield from _paths_of_routers(spec, service, disk_states)


def variables_given_away(spec: Spec, catalog: Catalog) -> Iterator[Problem]:
    """Settings with the name of a variable of any pack, selected or not, as the pattern can change."""
    taken = {each.name: pack for pack in catalog.packs for each in pack.environment}
    for service in spec.services:
        for setting in service.settings:
            if pack := taken.get(setting.name.env):
                location = spec.marks.key_location("services", service.name, "settings", setting.name)
                variable = f"{setting.name.env} is a variable of the {pack.kind} {pack.id}"
                message = f'"{setting.name}" cannot be a setting: {variable}'
                hint = f'for example "{service.name.snake}_{setting.name}"'
                yield location.problem("reserved-name", message, hint)


def _columns(spec: Spec, service: Service, packs: Iterable[Pack]) -> Iterator[Problem]:
    owners = {column: pack.title for pack in packs for column in pack.columns}
    for field in service.resource or ():
        if owner := owners.get(field.name.snake):
            location = spec.marks.key_location("services", service.name, "resource", field.name)
            message = f'"{field.name}" cannot be a field: every table of {owner} has a column of this name'
            yield location.problem("reserved-name", message, f'for example "{field.name}_value"')


def _paths(spec: Spec, service: Service, packs: Iterable[Pack]) -> Iterator[Problem]:
    path = f"/{service.name.kebab}"
    for pack in packs:
        for owner, routes in pack.routes.items():
            if owner != service.name and any(_is_within(route, path) for route in routes):
                location = spec.marks.key_location("services", service.name)
                message = (
                    f'"{service.name}" cannot be a service: with the {pack.kind} "{pack.id}"'
                    f' {path} is a path of the service "{owner}"'
                )
                yield location.problem("reserved-name", message, f'for example "{service.name}-service"')


def _paths_of_routers(spec: Spec, service: Service, disk_states: DiskStates) -> Iterator[Problem]:
    """Routes below the name of a service whose own router may have them, too."""
    owners = {f"/{each.name.kebab}": each for each in spec.services if answers_http(each, disk_states)}
    for route in service.routes:
        owner = owners.get(route.beginning, service)
        if owner.name != service.name:
            message = (
                f'"{route}" cannot be a route of "{service.name}": {route.beginning} leads to "{owner.name}"'
            )
            hint = f"begin its path with /{service.name.kebab}"
            yield location_of(spec, service, route).problem("route-twice", message, hint)


def _is_within(route: str, path: str) -> bool:
    return route == path or route.startswith(f"{path}/")
