"""The questions that `add-service` asks somebody at a terminal who gave no flags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from blueprint.cli.adding import text_with
from blueprint.cli.asking import answer_to
from blueprint.cli.service_flags import ServiceFlags
from blueprint.errors import BlueprintError, Interrupted
from blueprint.spec.load import load_spec

if TYPE_CHECKING:
    from blueprint.cli.console import Terminal
    from blueprint.spec.model import Spec

_ANYTHING = ("name: str",)


def ask_service(flags: ServiceFlags, text: str, path: str, terminal: Terminal) -> ServiceFlags:
    """Ask what the service is called, keeps, does and follows; each answer is tried before the next question.

    Raises Interrupted at the end of the input, SpecError where blueprint.yaml itself is not valid.
    """
    spec = load_spec(text, path)
    try:
        return _asked(_Dialogue(text, path, terminal), flags, spec)
    except (Interrupted, KeyboardInterrupt):
        terminal.err.line()  # what comes next does not belong to the question
        raise


class _Dialogue(Struct, frozen=True):
    """Asks until the answer makes a service that fits in."""

    text: str
    path: str
    terminal: Terminal

    def ask(self, question: str, taken: Callable[[str], ServiceFlags]) -> ServiceFlags:
        while True:
            flags = taken(answer_to(question, self.terminal))
            try:
                text_with(
                    self.text, flags if flags.has_content else replace(flags, fields=_ANYTHING), self.path
                )
            except BlueprintError as error:
                for line in _lines(error):
                    self.terminal.err.line(f"  {line}")
            else:
                return flags


def _asked(dialogue: _Dialogue, flags: ServiceFlags, spec: Spec) -> ServiceFlags:
    if not flags.name:
        flags = dialogue.ask("What is it called?", lambda name: replace(flags, name=name))
    while not (flags := _described(dialogue, flags, spec)).has_content:
        dialogue.terminal.err.line("  a service has to keep, do or follow something")
    return _placed(dialogue, flags, spec) if len(flags.actions) == 1 and spec.workflows else flags


def _described(dialogue: _Dialogue, flags: ServiceFlags, spec: Spec) -> ServiceFlags:
    keeps = "What does it keep? For example name: str, price: money >= 0 (Enter: nothing)"
    flags = dialogue.ask(keeps, lambda answer: replace(flags, fields=_parts(answer)))
    does = "What can it be asked to do? For example ship, cancel (Enter: nothing)"
    flags = dialogue.ask(does, lambda answer: replace(flags, actions=_parts(answer)))
    if events := [each.event for service in spec.services for each in service.publishes]:
        follows = f"Which events does it follow? Of {', '.join(events)} (Enter: none)"
        flags = dialogue.ask(follows, lambda answer: replace(flags, consumes=_parts(answer)))
    return flags


def _placed(dialogue: _Dialogue, flags: ServiceFlags, spec: Spec) -> ServiceFlags:
    names = ", ".join(workflow.name for workflow in spec.workflows)
    question = f"Is {flags.actions[0]} a step of a workflow? Of {names} (Enter: no)"
    flags = dialogue.ask(question, lambda answer: replace(flags, step_of=answer or None))
    if flags.step_of is None:
        return flags
    workflow = next(each for each in spec.workflows if each.name == flags.step_of)
    undo = "Which action takes it back, if a later step refuses? (Enter: none)"
    flags = dialogue.ask(undo, lambda answer: replace(flags, undo=answer or None))
    before = ", ".join(dict.fromkeys([workflow.starts, *(step.service for step in workflow.steps)]))
    question = f"After which service? Of {before} (Enter: the last)"
    return dialogue.ask(question, lambda answer: replace(flags, after=answer or None))


def _parts(answer: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"\s*,\s*", answer.strip()) if part)


def _lines(error: BlueprintError) -> Iterable[str]:
    for problem in error.problems:
        yield problem.message
        if problem.hint:
            yield problem.hint
