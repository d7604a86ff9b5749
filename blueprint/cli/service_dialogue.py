"""The questions of `add-service` without flags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import unified_diff
from typing import TYPE_CHECKING

from msgspec.structs import replace

from blueprint.cli.adding import text_with
from blueprint.cli.prompts import Offer, Prompts, walk
from blueprint.errors import BlueprintError
from blueprint.plan.defaults import participle
from blueprint.spec.load import load_spec
from blueprint.spec.model import CREATED
from blueprint.spec.names import Name

if TYPE_CHECKING:
    from blueprint.cli.console import Terminal
    from blueprint.cli.service_flags import ServiceFlags
    from blueprint.spec.model import Spec, Workflow

_ANYTHING = ("name: str",)
_NONE = ""
_NEW = "+"
_DEFAULT_SCHEDULE = "every 10m"
_ENTRY = re.compile(r"""(?:"[^"]*"|'[^']*'|\{[^}]*\}|\[[^\]]*\]|\([^)]*\)|[^,])+""")
"""All up to a comma that is outside of quotes and brackets."""


def ask_service(flags: ServiceFlags, text: str, path: str, terminal: Terminal) -> ServiceFlags | None:
    """Ask for the name and all parts of the service; check each answer before the next question.

    None if the user declines the summary. Raises KeyboardInterrupt if the user cancels, SpecError if
    blueprint.yaml is invalid.
    """
    spec = load_spec(text, path)
    dialogue = _Dialogue(Prompts(terminal), spec, text, path)
    steps = [
        *(() if flags.name else (dialogue.ask_name,)),
        dialogue.ask_fields,
        dialogue.ask_actions,
        dialogue.ask_events,
        dialogue.ask_workflow,
        dialogue.ask_step,
        dialogue.ask_undo,
        dialogue.ask_predecessor,
        dialogue.ask_jobs,
        dialogue.ask_schedules,
        dialogue.ask_settings,
        dialogue.ask_publications,
        dialogue.ask_consent,
    ]
    answered = walk(steps, flags)
    return answered if dialogue.is_wanted else None


def ask_removal(text: str, path: str, terminal: Terminal) -> str:
    """The name of the service to remove. Raises KeyboardInterrupt, SpecError."""
    services = [Offer(service.name, service.name) for service in load_spec(text, path).services]
    return walk([lambda _: Prompts(terminal).choose("Which service should be removed?", services)], "")


class _Dialogue:
    """One question for each part of a service, and a summary."""

    def __init__(self, prompts: Prompts, spec: Spec, text: str, path: str) -> None:
        self._prompts, self._spec, self._text, self._path = prompts, spec, text, path
        self.is_wanted = False

    def ask_name(self, flags: ServiceFlags) -> ServiceFlags:
        return self._write("What is its name?", lambda name: replace(flags, name=name))

    def ask_fields(self, flags: ServiceFlags) -> ServiceFlags:
        question = "Which fields does it store? For example name: str, price: money >= 0 (Enter: none)"
        return self._write(question, lambda answer: replace(flags, fields=_parts(answer)))

    def ask_actions(self, flags: ServiceFlags) -> ServiceFlags:
        question = "Which actions does it have? For example ship, cancel (Enter: none)"

        def refusal(answer: str) -> Iterable[str]:
            if not (answer or flags.fields or self._events()):
                return ("a service needs fields or actions",)
            return self._refusal(replace(flags, actions=_parts(answer)))

        return replace(flags, actions=_parts(self._prompts.write(question, refusal=refusal)))

    def ask_events(self, flags: ServiceFlags) -> ServiceFlags | None:
        offers = [Offer(event, event, f"published by {service}") for event, service in self._events().items()]
        if not offers:
            return None

        def refusal(chosen: tuple[str, ...]) -> Iterable[str]:
            if not (chosen or flags.fields or flags.actions):
                return ("a service needs fields, actions or events",)
            return self._refusal(replace(flags, consumes=chosen))

        chosen = self._prompts.choose_any("Which events does it consume?", offers, refusal)
        return replace(flags, consumes=chosen)

    def ask_workflow(self, flags: ServiceFlags) -> ServiceFlags | None:
        if not flags.actions or not self._spec.workflows:
            return None
        offers = [Offer(_NONE, "none of them"), *(Offer(each.name, each.name) for each in self._workflows())]
        workflow = self._prompts.choose("Which workflow does it take part in?", offers)
        return replace(flags, step_of=workflow or None)

    def ask_step(self, flags: ServiceFlags) -> ServiceFlags | None:
        if flags.step_of is None or len(flags.actions) == 1:
            return None
        question = "Which action is the step?"
        action = self._prompts.choose(question, [Offer(each, each) for each in _names(flags.actions)])
        return replace(flags, step_of=f"{flags.step_of}: {action}")

    def ask_undo(self, flags: ServiceFlags) -> ServiceFlags | None:
        step = _step(flags)
        if step is None or ":" in _entry(flags, step):
            return None
        others = [each for each in _names(flags.actions) if each != step]
        offers = [
            Offer(_NONE, "none", "the step is the last that can refuse, or changes nothing"),
            *(Offer(each, each) for each in others),
            Offer(_NEW, "a new action"),
        ]
        undo = self._prompts.choose(
            f"Which action undoes {step}, if a later step refuses?",
            offers,
            refusal=lambda undo: () if undo == _NEW else self._refusal(_with_undo(flags, step, undo)),
        )
        if undo != _NEW:
            return _with_undo(flags, step, undo)
        question = "What is the name of the new action?"
        return self._write(question, lambda name: _with_undo(flags, step, name), f"cancel_{step}")

    def ask_predecessor(self, flags: ServiceFlags) -> ServiceFlags | None:
        if flags.step_of is None:
            return None
        workflow = next(each for each in self._workflows() if each.name == flags.step_of.partition(":")[0])
        before = list(dict.fromkeys([workflow.starts, *(step.service for step in workflow.steps)]))
        offers = [Offer(service, service) for service in before]
        after = self._prompts.choose(
            "Which service comes before it?",
            offers,
            before[-1],
            lambda after: self._refusal(replace(flags, after=after)),
        )
        return replace(flags, after=after)

    def ask_jobs(self, flags: ServiceFlags) -> ServiceFlags | None:
        step = _step(flags)
        undo = flags.undo or (_undo_in(_entry(flags, step)) if step else None)
        due = [each for each in _names(flags.actions) if each not in (step, undo) and not _entry(flags, each)]
        if not due:
            return None
        offers = [Offer(each, each) for each in due]
        jobs = self._prompts.choose_any("Which actions run on a schedule?", offers)
        return replace(flags, jobs=tuple(f"{job}: {_DEFAULT_SCHEDULE}" for job in jobs))

    def ask_schedules(self, flags: ServiceFlags) -> ServiceFlags | None:
        if not flags.jobs:
            return None
        jobs = [job.partition(":")[0] for job in flags.jobs]
        question = (
            f"When {'does' if len(jobs) == 1 else 'do'} {', '.join(jobs)} run? "
            'For example every 10m, or at "0 3 * * *" UTC'
        )

        def due(schedule: str) -> ServiceFlags:
            return replace(flags, jobs=tuple(f"{job}: {schedule}" for job in jobs))

        return self._write(question, due, _DEFAULT_SCHEDULE)

    def ask_settings(self, flags: ServiceFlags) -> ServiceFlags:
        question = "Which settings does it read? For example stripe_key: secret (Enter: none)"
        return self._write(question, lambda answer: replace(flags, settings=_parts(answer)))

    def ask_publications(self, flags: ServiceFlags) -> ServiceFlags | None:
        occurrences = [*([str(CREATED)] if flags.fields else []), *_names(flags.actions)]
        subject = Name(flags.name).singular.snake
        offers = []
        for each in occurrences:
            event = f"{subject}.{each if each == CREATED else participle(each)}"
            offers.append(Offer(f"{each}: {event}", event, f"after {each}"))
        if not offers:
            return None
        question = "Which events does it publish?"
        chosen = self._prompts.choose_any(
            question, offers, lambda chosen: self._refusal(replace(flags, publishes=chosen))
        )
        return replace(flags, publishes=chosen)

    def ask_consent(self, flags: ServiceFlags) -> ServiceFlags:
        err = self._prompts.terminal.err
        edited = text_with(self._text, flags, self._path)
        err.line()
        for line in unified_diff(self._text.splitlines(), edited.splitlines(), n=0, lineterm=""):
            if line[1:].strip() and line[:1] in "+-" and line[:3] not in ("+++", "---"):
                err.line(f"  {line}", "added" if line[0] == "+" else "removed")
        self.is_wanted = self._prompts.confirm("Write this, its code and its tests?")
        return flags

    def _write(self, question: str, taken: Callable[[str], ServiceFlags], default: str = "") -> ServiceFlags:
        answer = self._prompts.write(question, default, lambda answer: self._refusal(taken(answer)))
        return taken(answer)

    def _refusal(self, flags: ServiceFlags) -> Iterable[str]:
        """The problems of the service so far."""
        try:
            text_with(
                self._text, flags if flags.has_content else replace(flags, fields=_ANYTHING), self._path
            )
        except BlueprintError as error:
            for problem in error.problems:
                yield problem.message
                if problem.hint:
                    yield problem.hint

    def _events(self) -> dict[str, str]:
        return {each.event: service.name for service in self._spec.services for each in service.publishes}

    def _workflows(self) -> Iterable[Workflow]:
        return self._spec.workflows


def _parts(answer: str) -> tuple[str, ...]:
    return tuple(part for entry in _ENTRY.findall(answer) if (part := entry.strip()))


def _names(entries: Iterable[str]) -> list[str]:
    return [entry.partition(":")[0].strip() for entry in entries]


def _entry(flags: ServiceFlags, action: str) -> str:
    """What is written after the name of an action, its colon included."""
    [entry] = [each for each in flags.actions if each.partition(":")[0].strip() == action]
    return entry.strip()[len(action) :].strip()


def _step(flags: ServiceFlags) -> str | None:
    if flags.step_of is None:
        return None
    return flags.step_of.partition(":")[2].strip() or _names(flags.actions)[0]


def _with_undo(flags: ServiceFlags, step: str, undo: str) -> ServiceFlags:
    if not undo:
        return flags
    actions = (f"{step}: {{undo: {undo}}}" if each == step else each for each in flags.actions)
    return replace(flags, actions=tuple(actions))


def _undo_in(entry: str) -> str | None:
    match = re.search(r"\bundo:\s*(\w+)", entry)
    return match[1] if match else None
