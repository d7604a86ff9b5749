"""The names that templates know. `templates/README.md` lists them for those who write packs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, partial

from msgspec import Struct
from msgspec.structs import asdict

from blueprint import __version__
from blueprint.documents.happenings import happenings, transitions
from blueprint.plan.conversions import conversion
from blueprint.plan.defaults import default_of
from blueprint.plan.model import Plan, Subject
from blueprint.plan.routes import routes_of
from blueprint.plan.running import variables_of
from blueprint.plan.standing import module_of
from blueprint.plan.tables import unique_index
from blueprint.plan.views import event_types, occurrence, service_types, tells_of_creation
from blueprint.spec.model import Action, ActionRef, Service
from blueprint.spec.versions import event_versions, newest_events

_EVENT_SCHEMA = re.compile(r"docs/events/(.+)\.schema\.json")


class Label(Struct, frozen=True):
    """What a template may know of a pack: how it is called, not which one it is."""

    title: str
    summary: str


def context_of(plan: Plan) -> Mapping[str, object]:
    """What every template knows: values of the plan, and questions that can be asked about them."""
    spec = plan.spec
    return {
        "version": __version__,
        "spec": spec,
        "project": spec.name,
        "package": spec.name.snake,
        "services": spec.services,
        "deployables": plan.deployables,
        "stack": _label(plan, "stack"),
        "pattern": _label(plan, "pattern"),
        "preset": _label(plan, "preset"),
        "variables": variables_of(plan.packs),
        "conversion": conversion,
        "default_of": default_of,
        "documented_events": _documented_events(plan),
        "event_types": cache(partial(event_types, spec)),
        "event_versions": cache(partial(event_versions, spec)),
        "handwritten": frozenset(service for pack in plan.packs for service in pack.services),
        "happenings": cache(partial(happenings, spec)),
        "module_of": partial(_module_of, plan),
        "newest_events": newest_events,
        "occurrence": occurrence,
        "occurrence_name": _occurrence_name,
        "routes_of": partial(routes_of, plan.packs),
        "service_types": partial(service_types, spec),
        "tells_of_creation": partial(tells_of_creation, spec),
        "transitions": partial(transitions, spec),
        "unique_index": unique_index,
    }


def context_about(subject: Subject) -> Mapping[str, object]:
    """What the template of a file knows beside: what it is about, as a service or a deployable."""
    known = asdict(subject)
    return {name: value for name, value in known.items() if value is not None}


def _label(plan: Plan, kind: str) -> Label | None:
    pack = plan.pack(kind)
    return Label(pack.title, pack.summary) if pack else None


def _module_of(plan: Plan, service: Service, action: Action) -> str:
    return module_of(service, action, plan.standings.get(service.name))


def _documented_events(plan: Plan) -> tuple[str, ...]:
    """The events that have a schema and a sample."""
    names = (_EVENT_SCHEMA.fullmatch(file.path) for file in plan.files)
    return tuple(name[1] for name in names if name)


def _occurrence_name(service: Service, action: Action) -> str:
    return occurrence(ActionRef(service.name, action.name))
