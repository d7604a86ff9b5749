"""From the text of a project's blueprint.yaml to what the project is to be."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from blueprint.catalog.load import load_catalog
from blueprint.catalog.model import Catalog
from blueprint.catalog.presets import preset_document
from blueprint.errors import SpecError
from blueprint.evolution.disk_state import read_disk_states
from blueprint.evolution.succession import broken_successions
from blueprint.evolution.uses import Gone, gone_between
from blueprint.plan.model import Plan, Text
from blueprint.plan.planner import SPEC_FILE, make_plan
from blueprint.spec.findings import in_order
from blueprint.spec.load import load_spec, spec_in
from blueprint.spec.model import Spec
from blueprint.tree import RelPath, Tree


class WantedDraft(Struct, frozen=True):
    """A project as it is to be.

    `before` is the spec until now, if known; `gone` is what that one has and this one has not.
    """

    spec: Spec
    plan: Plan
    before: Spec | None = None
    gone: tuple[Gone, ...] = ()


def wanted_draft(root: Path, text: str, before: str | None, known: Collection[str] = ()) -> WantedDraft:
    """The spec and the plan of the project in this folder.

    `before` is the spec as it was last followed, if known; `known` are the paths that the tool has written.
    Raises SpecError where the text is no spec, or what exists could not follow it; OSError where a file of
    the project cannot be read.
    """
    path = str(root / SPEC_FILE)
    spec = load_spec(text, path)
    old = _spec_before(before, path)
    catalog = load_catalog()
    if old is not None:
        succession = broken_successions(old, spec, _preset_between(old, spec, catalog))
        if problems := in_order(succession):
            raise SpecError(problems)
    plan = make_plan(spec, catalog, text, read_disk_states(root, spec, known, old))
    return WantedDraft(spec, plan, old, gone_between(old, spec, plan.disk_states) if old else ())


def _preset_between(before: Spec, after: Spec, catalog: Catalog) -> Spec | None:
    """What the preset declares, where services come or the preset goes; reading it takes time."""
    old, new = ({service.name for service in spec.services} for spec in (before, after))
    pack = catalog.find("preset", before.preset, before.stack) if before.preset else None
    if pack is None or (not new - old and before.preset == after.preset):
        return None
    header = {"name": str(before.name), "pattern": before.pattern, "stack": before.stack}
    return spec_in(preset_document(pack), SPEC_FILE, header)


def later_seeds(draft: WantedDraft, tree: Tree, known: Collection[str]) -> Collection[RelPath]:
    """Files that only a newer version of the tool begins with what was there before.

    They go with other code that it would begin with; what exists has code of its owner's by now.
    """
    seeded = {file.path for file in draft.plan.files if file.seeded and not isinstance(file.source, Text)}
    unwritten = {path for path in tree if path in seeded and path not in known}
    if draft.before is None or not unwritten:
        return ()
    from blueprint.render.renderer import render

    try:
        plan = make_plan(draft.before, load_catalog(), "")
    except SpecError:  # what was a spec in another version is none today
        return ()
    return render(replace(plan, files=tuple(file for file in plan.files if file.path in unwritten)))


def _spec_before(text: str | None, path: str) -> Spec | None:
    """What an older version of the tool took for a spec may be none today: then nothing is known."""
    try:
        return load_spec(text, path) if text is not None else None
    except SpecError:
        return None
