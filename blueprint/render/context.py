"""The names that templates know. `templates/README.md` lists them for those who write packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial

from blueprint import __version__
from blueprint.documents.happenings import happenings, transitions
from blueprint.plan.defaults import default_of
from blueprint.plan.model import Plan, Subject
from blueprint.plan.routes import routes_of
from blueprint.plan.running import variables_of
from blueprint.plan.standing import module_of
from blueprint.plan.tables import unique_index
from blueprint.plan.views import occurrence, service_types, tells_of_creation
from blueprint.spec.model import Action, ActionRef, Service


@dataclass(frozen=True, slots=True)
class Label:
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
        "default_of": default_of,
        "handwritten": frozenset(service for pack in plan.packs for service in pack.services),
        "happenings": partial(happenings, spec),
        "module_of": partial(_module_of, plan),
        "occurrence": occurrence,
        "occurrence_name": _occurrence_name,
        "routes_of": partial(routes_of, plan.packs),
        "service_types": partial(service_types, spec),
        "tells_of_creation": partial(tells_of_creation, spec),
        "transitions": partial(transitions, spec),
        "unique_index": unique_index,
    }


def context_about(subject: Subject) -> Mapping[str, object]:
    """What the template of a file knows beside: the service or the deployable that it is about."""
    known = {field.name: getattr(subject, field.name) for field in fields(subject)}
    return {name: value for name, value in known.items() if value is not None}


def _label(plan: Plan, kind: str) -> Label | None:
    pack = plan.pack(kind)
    return Label(pack.title, pack.summary) if pack else None


def _module_of(plan: Plan, service: Service, action: Action) -> str:
    return module_of(service, action, plan.standings.get(service.name))


def _occurrence_name(service: Service, action: Action) -> str:
    return occurrence(ActionRef(service.name, action.name))
