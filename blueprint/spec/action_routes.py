"""Routes for the actions that nothing calls: `POST /patients/{id}/admit`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from blueprint.spec.http_routes import Route
from blueprint.spec.model import Action, ActionRef, Field, Service, Spec
from blueprint.spec.names import Name, free_name
from blueprint.spec.routes import is_below

_TAKEN = frozenset({"browse", "create", "make", "remove", "replace", "router", "show", "tx"}) | frozenset(
    {"actions", "dict", "once", "perform_once", "problems", "reactions", "str"}
)
"""Names of the module that the function would be in."""


class ActionRoute(Struct, frozen=True):
    """A route that performs an action of the service.

    `has_id`: the path has the id of the row, which is an input of the action.
    """

    service: Service
    action: Action
    has_id: bool

    @property
    def route(self) -> Route:
        """The method and the path."""
        id = "/{id}" if self.has_id else ""
        return Route("POST", f"/{self.service.name.kebab}{id}/{self.action.name.kebab}")

    @property
    def function(self) -> str:
        """The name of its function: that of the action, unless the module has another one of that name."""
        name = self.action.name.variable
        others = {route.function for route in self.service.routes}
        if name not in _TAKEN | others | {self.service.name.module, self.service.singular.variable}:
            return name
        others |= {action.name.variable for action in self.service.actions}
        return free_name(self.route.function, others)

    @property
    def body(self) -> tuple[Field, ...]:
        """What the request brings."""
        return tuple(
            field for field in self.action.inputs if not (self.has_id and field.name == self.service.id_name)
        )

    @property
    def request(self) -> str:
        """The class of the body."""
        return f"{self.action.name.pascal}Request"

    @property
    def result(self) -> str | None:
        """The class of what the action gives, if anything."""
        return f"{self.action.name.pascal}Result" if self.action.outputs else None

    @property
    def publishes(self) -> bool:
        """Whether there is an event of it."""
        return any(each.occurrence == self.action.name for each in self.service.publishes)


def action_routes(service: Service) -> tuple[ActionRoute, ...]:
    """The routes of the actions that the service answers over HTTP, in the order of the spec."""
    return tuple(
        action_route(service, action) for action in service.actions if action.name in service.exposed
    )


def action_route(service: Service, action: Action) -> ActionRoute:
    """The route of an action: with the id of a row where the action takes it."""
    takes_id = any(field.name == service.id_name for field in action.inputs)
    return ActionRoute(service, action, service.resource is not None and takes_id)


def uncalled_actions(spec: Spec, service: Service) -> tuple[Name, ...]:
    """The actions of the service that nothing calls, unless the path of their route is taken."""
    called = {*_called(spec)}
    return tuple(
        action.name
        for action in service.actions
        if ActionRef(service.name, action.name) not in called
        and not _is_taken(spec, action_route(service, action))
    )


def _called(spec: Spec) -> Iterator[ActionRef]:
    for workflow in spec.workflows:
        yield from workflow.refs
        for step in workflow.steps:
            if (undo := spec.action(step).undo) is not None:
                yield ActionRef(step.service, undo)
    for service in spec.services:
        for reaction in service.reactions:
            yield ActionRef(service.name, reaction.action)
        for job in service.jobs:
            yield ActionRef(service.name, job.action)


def _is_taken(spec: Spec, wanted: ActionRoute) -> bool:
    """Whether a route of the spec answers the path, or leads it to another service."""
    path = wanted.route.path.replace("{id}", "0")
    for service in spec.services:
        for route in service.routes:
            if service.name == wanted.service.name:
                if route.method == "POST" and re.match(route.pattern, path):
                    return True
            elif route.beginning == path or is_below(path, route.beginning):
                return True
    return False
