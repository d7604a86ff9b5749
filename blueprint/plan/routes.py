"""Which paths belong to whom, for the gateway."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.catalog.model import Pack
from blueprint.plan.model import Deployable


def routes_of(packs: Iterable[Pack], deployable: Deployable) -> tuple[str, ...]:
    """The paths that the deployable answers, `/*` for all below: those of resources, and what packs add."""
    paths: dict[str, None] = {}
    extra = [pack.routes for pack in packs]
    for service in deployable.services:
        if service.resource is not None:
            paths |= dict.fromkeys((f"/{service.name.kebab}", f"/{service.name.kebab}/*"))
        paths |= dict.fromkeys(path for routes in extra for path in routes.get(service.name, ()))
    return tuple(paths)
