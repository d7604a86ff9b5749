"""Which actions a service answers over HTTP: those that its `api.py` has, or that a new one begins with."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from msgspec.structs import replace

from blueprint.plan.disk_state import DiskStates
from blueprint.spec.action_routes import ActionRoute, action_route
from blueprint.spec.model import Service, Spec


def with_exposed(spec: Spec, handwritten: Collection[str], disk_states: DiskStates) -> Spec:
    """The spec with the actions that the services answer over HTTP.

    A new service begins with a route for each action that nothing calls. One that exists has those in its
    `api.py`, whether or not something else calls the action by now. Code of a pack has routes of its own.
    """

    def exposed(service: Service) -> Service:
        if service.name in handwritten:
            return replace(service, exposed=())
        if service.name not in disk_states:
            return service
        api = disk_states[service.name].api
        routes = (action_route(service, action) for action in service.actions)
        return replace(service, exposed=tuple(each.action.name for each in routes if _is_in(api, each)))

    return replace(spec, services=tuple(map(exposed, spec.services)))


def unanswered(spec: Spec, disk_states: DiskStates) -> Iterator[ActionRoute]:
    """The actions of existing services that nothing calls and that their `api.py` does not mention."""
    for service in spec.services:
        disk_state = disk_states.get(service.name)
        for action in service.actions if disk_state else ():
            is_mentioned = disk_state and re.search(rf"\b{action.name.variable}\b", disk_state.api)
            if action.name in service.uncalled and not is_mentioned:
                yield action_route(service, action)


def _is_in(api: str, route: ActionRoute) -> bool:
    return f'"{route.route.path}"' in api and re.search(rf"\bdef {route.function}\(", api) is not None
