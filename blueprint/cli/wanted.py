"""Convert the text of a project's blueprint.yaml to the desired project."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from blueprint.catalog.model import Catalog
from blueprint.catalog.presets import preset_document
from blueprint.cli.pack_sources import Brought, catalog_with, sources_of
from blueprint.errors import Problem, SpecError
from blueprint.evolution.disk_state import read_disk_states
from blueprint.evolution.succession import broken_successions, lost_logins
from blueprint.evolution.uses import Gone, gone_between
from blueprint.plan.model import Plan, Text
from blueprint.plan.planner import SPEC_FILE, make_plan
from blueprint.spec.findings import in_order
from blueprint.spec.load import load_spec, spec_in
from blueprint.spec.model import Service, Spec
from blueprint.tree import RelPath, Tree

_NOTHING = Brought()


class WantedDraft(Struct, frozen=True):
    """The desired project.

    `before` is the previous spec, if known; `gone` are its removed parts.
    """

    spec: Spec
    plan: Plan
    catalog: Catalog
    before: Spec | None = None
    gone: tuple[Gone, ...] = ()


def wanted_draft(
    root: Path,
    text: str,
    before: str | None,
    written: Collection[str] = (),
    brought: Brought = _NOTHING,
) -> WantedDraft:
    """The spec and the plan of the project in this folder.

    `before` is the spec of the last sync, if known; `written` are the paths written by the tool; `brought`
    are packs to add to the project. Raises SpecError for an invalid spec, or changes that existing code and
    data cannot follow; PackError for an invalid pack; OSError if a file of the project cannot be read.
    """
    path = str(root / SPEC_FILE)
    spec = load_spec(text, path)
    old = _spec_before(before, path)
    catalog = catalog_with(sources_of(spec, root, brought), brought)
    if old is not None:
        _refuse(broken_successions(old, spec, _preset_between(old, spec, catalog)))
    plan = make_plan(spec, catalog, text, read_disk_states(root, spec, written, old))
    if old is not None:
        _refuse(lost_logins(old, spec, plan.pack("auth")))
    return WantedDraft(spec, plan, catalog, old, gone_between(old, spec, plan.disk_states) if old else ())


def _refuse(found: Iterable[Problem]) -> None:
    if problems := in_order(found):
        raise SpecError(problems)


def _preset_between(before: Spec, after: Spec, catalog: Catalog) -> Spec | None:
    """The spec of the preset, read only if services are added or the preset is removed."""
    old, new = ({service.name for service in spec.services} for spec in (before, after))
    pack = catalog.find("preset", before.preset, before.stack) if before.preset else None
    if pack is None or (not new - old and before.preset == after.preset):
        return None
    header = {"name": str(before.name), "pattern": before.pattern, "stack": before.stack}
    preset = spec_in(preset_document(pack), SPEC_FILE, header)
    of_accounts = _fields_of_accounts(catalog, before.stack)
    services = (_without(service, of_accounts.get(service.name, frozenset())) for service in preset.services)
    return replace(preset, services=tuple(services))


def _fields_of_accounts(catalog: Catalog, stack: str) -> Mapping[str, frozenset[str]]:
    """By service, the fields that depend on the auth, which checks them itself."""
    parts = (catalog.find("part", auth.accounts, stack) for auth in catalog.offers("auth") if auth.accounts)
    fields: dict[str, frozenset[str]] = {}
    for part in parts:
        for name, needed in (part.needs if part else {}).items():
            fields[name] = fields.get(name, frozenset()) | needed.keys()
    return fields


def _without(service: Service, fields: frozenset[str]) -> Service:
    if service.resource is None:
        return service
    return replace(service, resource=tuple(field for field in service.resource if field.name not in fields))


def later_seeds(draft: WantedDraft, tree: Tree, written: Collection[str]) -> Collection[RelPath]:
    """Seeds that only this version of the tool would write for the previous spec.

    They belong to newer seeded code that existing projects do not have, so they are not written there.
    """
    seeded = {file.path for file in draft.plan.files if file.seeded and not isinstance(file.source, Text)}
    unwritten = {path for path in tree if path in seeded and path not in written}
    if draft.before is None or not unwritten:
        return ()
    from blueprint.render.renderer import render

    try:
        plan = make_plan(draft.before, draft.catalog, "")
    except SpecError:  # a spec from another version may be invalid today
        return ()
    return render(replace(plan, files=tuple(file for file in plan.files if file.path in unwritten)))


def replaced_seeds(draft: WantedDraft, tree: Tree) -> frozenset[RelPath]:
    """Seeds that have to follow the spec: all that use another kit after a change of the auth, and the
    `api.py` of a service that gains a resource, which needs its routes.
    """
    before, spec = draft.before, draft.spec
    if before is None:
        return frozenset()
    is_other_auth, gaining = before.auth != spec.auth, _gaining_resources(before, spec)
    seeds = {
        file.path
        for file in draft.plan.files
        if file.seeded and file.path in tree and not isinstance(file.source, Text)
        if is_other_auth or file.path.endswith(tuple(f"/{module}/api.py" for module in gaining))
    }
    if not seeds:
        return frozenset()
    from blueprint.render.renderer import render

    catalog, states = draft.catalog, draft.plan.disk_states
    try:
        earlier = before if gaining else replace(spec, auth=before.auth)
        plan = make_plan(earlier, catalog, "", states)
    except SpecError:  # the previous auth does not fit the new spec
        plan = make_plan(before, catalog, "", states)
    old = render(replace(plan, files=tuple(file for file in plan.files if file.path in seeds)))
    return frozenset(path for path in seeds if path in old and old[path].content != tree[path].content)


def _gaining_resources(before: Spec, after: Spec) -> frozenset[str]:
    """The modules of services that had no resource and get one."""
    without = {service.name for service in before.services if service.resource is None}
    return frozenset(
        service.name.module
        for service in after.services
        if service.name in without and service.resource is not None
    )


def _spec_before(text: str | None, path: str) -> Spec | None:
    """The previous spec; None if it is unknown, or invalid for this version of the tool."""
    try:
        return load_spec(text, path) if text is not None else None
    except SpecError:
        return None
