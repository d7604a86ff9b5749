"""Which paths belong to whom, for the gateway."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.catalog.model import Pack
from blueprint.plan.disk_state import NOTHING_ON_DISK, DiskStates, answers_http
from blueprint.plan.model import Deployable


def routes_of(
    packs: Iterable[Pack], deployable: Deployable, disk_states: DiskStates = NOTHING_ON_DISK
) -> tuple[str, ...]:
    """The paths that the deployable answers, `/*` for all below: of its services, and what packs add."""
    paths: dict[str, None] = {}
    extra = [pack.routes for pack in packs]
    for service in deployable.services:
        if answers_http(service, disk_states):
            paths |= dict.fromkeys((f"/{service.name.kebab}", f"/{service.name.kebab}/*"))
        paths |= dict.fromkeys(path for routes in extra for path in routes.get(service.name, ()))
    return tuple(paths)
