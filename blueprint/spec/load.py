"""The text of `blueprint.yaml` to a complete `Spec`, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from blueprint.errors import Problem, SpecError
from blueprint.spec.action_rules import COMPLETE_ACTION_RULES, WRITTEN_ACTION_RULES
from blueprint.spec.complete import complete
from blueprint.spec.field_rules import FIELD_RULES
from blueprint.spec.findings import Findings, in_order
from blueprint.spec.model import Spec
from blueprint.spec.name_rules import NAME_RULES
from blueprint.spec.read import read_spec
from blueprint.spec.sound import sound_part
from blueprint.spec.workflow_rules import COMPLETE_WORKFLOW_RULES, WRITTEN_WORKFLOW_RULES

Rule = Callable[[Spec], Iterator[Problem]]

_WRITTEN_RULES: tuple[Rule, ...] = (*NAME_RULES, *FIELD_RULES, *WRITTEN_ACTION_RULES, *WRITTEN_WORKFLOW_RULES)
_COMPLETE_RULES: tuple[Rule, ...] = (*COMPLETE_ACTION_RULES, *COMPLETE_WORKFLOW_RULES)


def load_spec(text: str | bytes, path: str) -> Spec:
    """The spec, with nothing left out.

    SpecError holds every problem that can be told, from the top of the file to its end. `path` is only for
    the messages: nothing is read from it.
    """
    from blueprint.spec.document import read_document  # imports yaml

    document = read_document(text, path)
    findings = Findings(document.problems)
    written = read_spec(document.root, path, findings)
    problems = [*findings.problems, *_broken(_WRITTEN_RULES, written)]
    try:
        spec = complete(sound_part(written, problems))
    except SpecError as error:
        raise SpecError(in_order((*problems, *error.problems))) from error
    if found := in_order((*problems, *_broken(_COMPLETE_RULES, spec))):
        raise SpecError(found)
    return spec


def _broken(rules: Iterable[Rule], spec: Spec) -> Iterator[Problem]:
    for rule in rules:
        yield from rule(spec)
