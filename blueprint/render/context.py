"""The names available in templates, documented in `templates/README.md`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, partial

from msgspec import Struct
from msgspec.structs import asdict

from blueprint import __version__
from blueprint.documents.events import stem_of
from blueprint.documents.messages import messages, transitions
from blueprint.documents.samples import scalar_sample
from blueprint.plan.api import answered_by_pack, gateway_buffer, posts_sent_again
from blueprint.plan.command_notes import command_notes
from blueprint.plan.conversions import conversion
from blueprint.plan.defaults import default_of
from blueprint.plan.disk_state import answers_http, module_of
from blueprint.plan.model import Deployable, Plan, Subject
from blueprint.plan.routes import (
    Branch,
    arrival_seconds,
    branches_of,
    mounted,
    routes_of,
    upload_limits,
)
from blueprint.plan.smoke import smoke_rows
from blueprint.plan.tables import table_of
from blueprint.plan.variables import variables_of
from blueprint.plan.views import event_types, needs_aliases, occurrence, service_types, tells_of_creation
from blueprint.spec.action_routes import action_routes
from blueprint.spec.model import Action, ActionRef, Route, Service
from blueprint.spec.routes import stub_routes
from blueprint.spec.versions import event_versions, newest_events

_EVENT_SCHEMA = re.compile(r"docs/events/(.+)\.schema\.json")


class Label(Struct, frozen=True):
    """The parts of a pack that templates may use: its title, but not its id."""

    title: str
    summary: str


def context_of(plan: Plan) -> Mapping[str, object]:
    """The context of every template: values of the plan, and functions on them."""
    spec, documented = plan.spec, _documented_events(plan)
    handwritten = frozenset(service for pack in plan.packs for service in pack.services)
    return {
        "version": __version__,
        "spec": spec,
        "project": spec.name,
        "package": spec.name.package,
        "services": spec.services,
        "deployables": plan.deployables,
        "stack": _label(plan, "stack"),
        "pattern": _label(plan, "pattern"),
        "preset": _label(plan, "preset"),
        "upload_routes": partial(upload_limits, spec.services),
        "variables": variables_of(spec, plan.packs),
        "action_routes": action_routes,
        "answers_http": partial(_answers_http, plan),
        "arrival_seconds": partial(arrival_seconds, spec.services),
        "branches": partial(_branches, plan),
        "command_notes": partial(command_notes, spec),
        "conversion": conversion,
        "default_of": default_of,
        "documented_events": documented,
        "event_types": cache(partial(event_types, spec)),
        "event_versions": cache(partial(event_versions, spec)),
        "gateway_buffer": partial(gateway_buffer, plan),
        "handwritten": handwritten,
        "messages": cache(partial(messages, spec)),
        "literal": _literal,
        "module_of": partial(_module_of, plan),
        "mounted": mounted,
        "needs_aliases": needs_aliases,
        "newest_events": newest_events,
        "occurrence": occurrence,
        "occurrence_name": _occurrence_name,
        "posts_sent_again": posts_sent_again(plan),
        "renamed_events": {event: stem for event in documented if (stem := stem_of(event)) != event},
        "renamed_hosts": partial(_renamed_hosts, plan),
        "routes_of": partial(_routes_of, plan),
        "scalar_sample": scalar_sample,
        "service_types": partial(service_types, spec),
        "smoke_rows": partial(smoke_rows, spec, handwritten),
        "stub_routes": partial(_stub_routes, plan),
        "table_of": table_of,
        "tells_of_creation": partial(tells_of_creation, spec),
        "transitions": partial(transitions, spec),
        "websocket_routes": partial(_websocket_routes, plan),
    }


def context_about(subject: Subject) -> Mapping[str, object]:
    """The additional context for a file's subject, such as a service or a deployable."""
    known = asdict(subject)
    return {name: value for name, value in known.items() if value is not None}


def _literal(value: object) -> str:
    """Python code for a JSON value."""
    return json.dumps(value) if isinstance(value, str | dict) else repr(value)


def _label(plan: Plan, kind: str) -> Label | None:
    pack = plan.pack(kind)
    return Label(pack.title, pack.summary) if pack else None


def _renamed_hosts(plan: Plan) -> dict[str, str]:
    """Services whose process has another name, with that name."""
    services = (service for deployable in plan.deployables for service in deployable.services)
    return {each.name.snake: each.name.process for each in services if each.name.process != each.name}


def _routes_of(plan: Plan, deployable: Deployable) -> tuple[str, ...]:
    return routes_of(plan.packs, deployable, plan.disk_states)


def _stub_routes(plan: Plan, service: Service) -> tuple[Route, ...]:
    return stub_routes(service, answered_by_pack(plan, service))


def _websocket_routes(plan: Plan) -> tuple[Route, ...]:
    return tuple(route for service in plan.spec.services for route in service.websockets)


def _branches(plan: Plan) -> tuple[Branch, ...]:
    return branches_of(plan.packs, plan.deployables, plan.disk_states)


def _answers_http(plan: Plan, service: Service) -> bool:
    return answers_http(service, plan.disk_states)


def _module_of(plan: Plan, service: Service, action: Action) -> str:
    return module_of(service, action, plan.disk_states.get(service.name))


def _documented_events(plan: Plan) -> tuple[str, ...]:
    """Events with a schema and a sample."""
    names = (_EVENT_SCHEMA.fullmatch(file.path) for file in plan.files)
    return tuple(name[1].replace("_.", ".") for name in names if name)


def _occurrence_name(service: Service, action: Action) -> str:
    return occurrence(ActionRef(service.name, action.name))
