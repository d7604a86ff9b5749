"""Routes of gateways: the longest matching prefix decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter

from msgspec import Struct

from blueprint.catalog.model import Pack
from blueprint.plan.disk_state import NOTHING_ON_DISK, DiskStates, answers_http
from blueprint.plan.model import Deployable
from blueprint.spec.model import Service
from blueprint.spec.routes import is_below

_BELOW = "/*"
_MARGIN = 7 << 20
"""Bytes over a limit that a gateway still forwards, so that the service can respond with an error."""
_ARRIVAL = 30
_SLOWEST = 128 << 10
"""Minimum bytes per second of a client."""


class Branch(Struct, frozen=True):
    """Paths of one deployable. Gateways use the first matching branch."""

    deployable: Deployable
    paths: tuple[str, ...]


def routes_of(
    packs: Iterable[Pack], deployable: Deployable, disk_states: DiskStates = NOTHING_ON_DISK
) -> tuple[str, ...]:
    """The paths of the deployable, from its services and packs; `/*` includes all paths below."""
    paths: dict[str, None] = {}
    chosen = tuple(packs)
    for service in deployable.services:
        paths |= dict.fromkeys(_paths_of(service, chosen, disk_states))
    return tuple(paths)


def branches_of(
    packs: Iterable[Pack], deployables: Iterable[Deployable], disk_states: DiskStates = NOTHING_ON_DISK
) -> tuple[Branch, ...]:
    """The branches of a gateway that uses the first match: longer prefixes come first."""
    chosen = tuple(packs)
    paths = {each.name: routes_of(chosen, each, disk_states) for each in deployables}
    nested = sorted(
        (
            (-path.count("/"), path, each)
            for each in deployables
            for path in paths[each.name]
            if any(_takes(other, path) for name in paths if name != each.name for other in paths[name])
        ),
        key=lambda branch: branch[:2],
    )
    first = [Branch(each, (path,)) for _, path, each in nested]
    taken = {(each.deployable.name, path) for each in first for path in each.paths}
    rest = (
        Branch(each, tuple(path for path in paths[each.name] if (each.name, path) not in taken))
        for each in deployables
    )
    return (*first, *(branch for branch in rest if branch.paths))


class UploadLimit(Struct, frozen=True):
    """A route with a higher body limit, for gateways. They abort bodies over `cut_off` bytes."""

    method: str
    pattern: str
    cut_off: int


def upload_limits(services: Iterable[Service]) -> tuple[UploadLimit, ...]:
    """Routes with limits above the default, in the order of the spec."""
    return tuple(
        UploadLimit(route.method, route.pattern, route.limit + _MARGIN)
        for service in services
        for route in service.uploads
    )


def arrival_seconds(services: Iterable[Service]) -> int:
    """Seconds in which a request must arrive; more for large bodies."""
    largest = max((route.limit for service in services for route in service.uploads), default=0)
    return _ARRIVAL + largest // _SLOWEST


def mounted(services: Iterable[Service]) -> tuple[Service, ...]:
    """The services in the order of their routers in one process: longer paths first."""
    listed = tuple(services)
    above: Mapping[str, list[Service]] = {
        lower.name: [
            upper
            for upper in listed
            if upper != lower
            and any(is_below(route.beginning, path) for route in lower.routes for path in _beginnings(upper))
        ]
        for lower in listed
    }
    if not any(above.values()):
        return listed
    by_name = {service.name: service for service in listed}
    order = TopologicalSorter({service.name: [] for service in listed})
    for lower in listed:
        for upper in above[lower.name]:
            order.add(upper.name, lower.name)
    return tuple(by_name[name] for name in order.static_order())


def _beginnings(service: Service) -> tuple[str, ...]:
    return (f"/{service.name.kebab}", *(route.beginning for route in service.routes))


def _paths_of(service: Service, packs: Iterable[Pack], disk_states: DiskStates) -> Iterator[str]:
    own = f"/{service.name.kebab}"
    if answers_http(service, disk_states):
        yield from (own, f"{own}{_BELOW}")
    for pack in packs:
        yield from pack.routes.get(service.name, ())
    wide = {own, *(route.beginning for route in service.routes if route.parameters)}
    for route in service.routes:
        if any(is_below(route.beginning, each) for each in wide):
            continue
        yield route.beginning
        if route.beginning in wide:
            yield f"{route.beginning}{_BELOW}"


def _takes(path: str, other: str) -> bool:
    """Whether a path of a gateway is a prefix of another one."""
    return path.endswith(_BELOW) and is_below(other, path.removesuffix(_BELOW))
