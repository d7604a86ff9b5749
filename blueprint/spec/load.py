"""Load the text of `blueprint.yaml` as a complete `Spec`, or report all problems."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from blueprint.errors import Problem, SpecError
from blueprint.spec.action_rules import COMPLETE_ACTION_RULES, WRITTEN_ACTION_RULES
from blueprint.spec.complete import complete
from blueprint.spec.field_rules import COMPLETE_FIELD_RULES, FIELD_RULES
from blueprint.spec.findings import Findings, in_order
from blueprint.spec.jobs import COMPLETE_JOB_RULES, WRITTEN_JOB_RULES
from blueprint.spec.model import Spec
from blueprint.spec.name_rules import COMPLETE_NAME_RULES, WRITTEN_NAME_RULES
from blueprint.spec.nodes import Document
from blueprint.spec.read import read_spec
from blueprint.spec.routes import ROUTE_RULES
from blueprint.spec.settings import SETTING_RULES
from blueprint.spec.valid_part import sound_part
from blueprint.spec.version_rules import COMPLETE_VERSION_RULES, WRITTEN_VERSION_RULES
from blueprint.spec.workflow_rules import COMPLETE_WORKFLOW_RULES, WRITTEN_WORKFLOW_RULES

Rule = Callable[[Spec], Iterator[Problem]]

_NOTHING: Mapping[str, str] = MappingProxyType({})
_WRITTEN_RULES: tuple[Rule, ...] = (
    *WRITTEN_NAME_RULES,
    *FIELD_RULES,
    *WRITTEN_ACTION_RULES,
    *WRITTEN_WORKFLOW_RULES,
    *WRITTEN_VERSION_RULES,
    *SETTING_RULES,
    *WRITTEN_JOB_RULES,
)
_COMPLETE_RULES: tuple[Rule, ...] = (
    *COMPLETE_NAME_RULES,
    *COMPLETE_FIELD_RULES,
    *COMPLETE_ACTION_RULES,
    *COMPLETE_WORKFLOW_RULES,
    *COMPLETE_VERSION_RULES,
    *COMPLETE_JOB_RULES,
    *ROUTE_RULES,
)


def load_spec(text: str | bytes, path: str, header: Mapping[str, str] = _NOTHING) -> Spec:
    """Return the complete spec.

    Raises SpecError with all detectable problems, in file order. `path` is only used in messages. `header`
    overrides values of the top level, for example from flags: `{"name": "shop"}`.
    """
    return _loaded(text, path, tuple(header.items()))


# Editing a spec loads the old and the new text several times.
@lru_cache(maxsize=2)
def _loaded(text: str | bytes, path: str, header: tuple[tuple[str, str], ...]) -> Spec:
    from blueprint.spec.document import read_document  # imports yaml

    return spec_in(read_document(text, path), path, dict(header))


def spec_in(document: Document, path: str, header: Mapping[str, str] = _NOTHING) -> Spec:
    """Return the spec of a parsed document, like `load_spec`."""
    findings = Findings(document.problems)
    written = read_spec(document.root, path, findings, header)
    problems = _without_echoes((*findings.problems, *_broken(_WRITTEN_RULES, written)), document.problems)
    try:
        spec = complete(sound_part(written, problems))
    except SpecError as error:
        raise SpecError(in_order((*problems, *error.problems))) from error
    if found := in_order((*problems, *_broken(_COMPLETE_RULES, spec))):
        raise SpecError(found)
    return spec


def _without_echoes(problems: Iterable[Problem], refused: Collection[Problem]) -> tuple[Problem, ...]:
    """Report problems of the document alone, because the rest of it may not be what the user wrote."""
    locations = {(problem.line, problem.column) for problem in refused}
    kept = set(refused)
    return tuple(
        problem for problem in problems if problem in kept or (problem.line, problem.column) not in locations
    )


def _broken(rules: Iterable[Rule], spec: Spec) -> Iterator[Problem]:
    for rule in rules:
        yield from rule(spec)
