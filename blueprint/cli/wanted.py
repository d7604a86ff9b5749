"""From the text of a project's blueprint.yaml to what the project is to be."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from msgspec import Struct

from blueprint.catalog.load import load_catalog
from blueprint.errors import SpecError
from blueprint.evolution.standings import read_standings
from blueprint.evolution.succession import broken_successions
from blueprint.evolution.uses import Gone, gone_between
from blueprint.plan.model import Plan
from blueprint.plan.planner import SPEC_FILE, make_plan
from blueprint.spec.findings import in_order
from blueprint.spec.load import load_spec
from blueprint.spec.model import Spec


class WantedDraft(Struct, frozen=True):
    """A project as it is to be; `gone` is what its spec had before and has no longer."""

    spec: Spec
    plan: Plan
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
    if old is not None and (problems := in_order(broken_successions(old, spec))):
        raise SpecError(problems)
    plan = make_plan(spec, load_catalog(), text, read_standings(root, spec, known))
    return WantedDraft(spec, plan, gone_between(old, spec) if old else ())


def _spec_before(text: str | None, path: str) -> Spec | None:
    """What an older version of the tool took for a spec may be none today: then nothing is known."""
    try:
        return load_spec(text, path) if text is not None else None
    except SpecError:
        return None
