"""Rules for workflows: references exist, and inputs of steps are available."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.errors import Problem
from blueprint.spec.binding import unbound
from blueprint.spec.findings import did_you_mean
from blueprint.spec.location import Location
from blueprint.spec.model import ActionRef, Field, Spec, Workflow
from blueprint.spec.name_rules import action_names
from blueprint.spec.names import Name


def unknown_starts(spec: Spec) -> Iterator[Problem]:
    """A workflow starts when a row of a service is created."""
    with_resource = [service.name for service in spec.services if service.resource is not None]
    for workflow in spec.workflows:
        if ("services", workflow.starts, "resource") in spec.marks:
            continue
        message = f'no service "{workflow.starts}" has a resource'
        location = spec.marks.location("workflows", workflow.name, "starts")
        yield location.problem("unknown-service", message, did_you_mean(workflow.starts, with_resource))


def unknown_actions(spec: Spec) -> Iterator[Problem]:
    """A step is an action of a service."""
    actions = {service.name: action_names(service) for service in spec.services}
    for workflow in spec.workflows:
        for location, ref in _refs_with_locations(spec, workflow):
            if ("services", ref.service) not in spec.marks:
                hint = did_you_mean(ref.service, actions)
                yield location.problem("unknown-service", f'there is no service "{ref.service}"', hint)
            elif not _has_action(spec, ref, actions.get(ref.service, [])):
                message = f'the service "{ref.service}" has no action "{ref.action}"'
                hint = did_you_mean(ref.action, actions.get(ref.service, []), f'add it to "{ref.service}"')
                yield location.problem("unknown-action", message, hint)


def _has_action(spec: Spec, ref: ActionRef, known: list[Name]) -> bool:
    return ref.action in known or ("services", ref.service, "actions", ref.action) in spec.marks


def repeated_steps(spec: Spec) -> Iterator[Problem]:
    """A workflow uses each action once, because the action identifies its progress."""
    for workflow in spec.workflows:
        for index, (location, ref) in enumerate(_refs_with_locations(spec, workflow)):
            if ref in workflow.refs[:index]:
                message = f'"{ref}" is in the workflow "{workflow.name}" twice'
                yield location.problem("repeated", message, "take one out, or give it an action of its own")


def outcomes_elsewhere(spec: Spec) -> Iterator[Problem]:
    """The service that starts a workflow ends it."""
    for workflow in spec.workflows:
        for key, ref in (("success", workflow.success), ("failure", workflow.failure)):
            if ref.service != workflow.starts:
                message = f'"{ref}" cannot end a workflow that "{workflow.starts}" starts'
                location = spec.marks.location("workflows", workflow.name, key)
                yield location.problem("outcome-elsewhere", message, f'name an action of "{workflow.starts}"')


def refusing_outcomes(spec: Spec) -> Iterator[Problem]:
    """The last action cannot refuse."""
    for workflow in spec.workflows:
        for key, ref in (("success", workflow.success), ("failure", workflow.failure)):
            if spec.action(ref).refuses:
                location = spec.marks.location("workflows", workflow.name, key)
                message = f'"{ref}" ends the workflow "{workflow.name}", so it cannot refuse'
                yield location.problem("outcome-refuses", message, "make what can refuse a step")


def undos_as_steps(spec: Spec) -> Iterator[Problem]:
    """An undo cannot be a step."""
    for workflow in spec.workflows:
        for location, ref in _refs_with_locations(spec, workflow):
            if (undone := spec.action(ref).undoes) is not None:
                message = f'"{ref}" undoes "{undone}" and cannot be a part of a workflow'
                yield location.problem("undo-as-step", message, "name another action")


def steps_that_cannot_be_undone(spec: Spec) -> Iterator[Problem]:
    """Steps before one that can refuse need an undo."""
    for workflow in spec.workflows:
        refusing: ActionRef | None = None
        for index, step in reversed(list(enumerate(workflow.steps))):
            action = spec.action(step)
            if refusing and action.undo is None:
                message = f'"{step}" has no undo, but "{refusing}" after it may refuse'
                location = spec.marks.location("workflows", workflow.name, "steps", index)
                yield location.problem(
                    "no-undo", message, f'give "{step.action}" an undo, or let it come later'
                )
            refusing = step if action.refuses else refusing


def unbound_inputs(spec: Spec) -> Iterator[Problem]:
    """Inputs of an action are available at the start, or from earlier steps."""
    for workflow in spec.workflows:
        contexts = (*_contexts(spec, workflow), spec.failure_context(workflow))
        for known, (location, ref) in zip(contexts, _refs_with_locations(spec, workflow), strict=True):
            for field, message, hint in unbound(spec.action(ref).inputs, known):
                if ref != workflow.failure and field.name in _known_later(spec, workflow, known):
                    hint = f'"{workflow.starts}" fills it in later: let a step before give it'
                yield location.problem("unbound-input", f'{message} at "{ref}"', hint)


def _known_later(spec: Spec, workflow: Workflow, known: tuple[Field, ...]) -> set[Name]:
    return set(spec.service(workflow.starts).managed_fields) - {field.name for field in known}


def outputs_known_already(spec: Spec) -> Iterator[Problem]:
    """Outputs of a step have new names, because all values of a workflow share one namespace."""
    for workflow in spec.workflows:
        for index, (step, context) in enumerate(zip(workflow.steps, _contexts(spec, workflow), strict=False)):
            known = {field.name for field in context}
            for field in spec.action(step).outputs:
                if field.name in known:
                    location = spec.marks.location("workflows", workflow.name, "steps", index)
                    message = f'"{step}" gives "{field.name}", which is known before it'
                    yield location.problem("same-name", message, "give the output its own name")


def _contexts(spec: Spec, workflow: Workflow) -> Iterator[tuple[Field, ...]]:
    """The available fields before each step, and at success."""
    at_success = spec.context_at(workflow, len(workflow.steps))
    known = len(spec.context_at(workflow, 0))
    for step in workflow.steps:
        yield at_success[:known]
        known += len(spec.action(step).outputs)
    yield at_success


def _refs_with_locations(spec: Spec, workflow: Workflow) -> Iterator[tuple[Location, ActionRef]]:
    """The actions in the order of `Workflow.refs`, with their locations."""
    for index, step in enumerate(workflow.steps):
        yield spec.marks.location("workflows", workflow.name, "steps", index), step
    yield spec.marks.location("workflows", workflow.name, "success"), workflow.success
    yield spec.marks.location("workflows", workflow.name, "failure"), workflow.failure


WRITTEN_WORKFLOW_RULES = (unknown_starts, unknown_actions, repeated_steps)
COMPLETE_WORKFLOW_RULES = (
    outcomes_elsewhere,
    refusing_outcomes,
    undos_as_steps,
    steps_that_cannot_be_undone,
    outputs_known_already,
    unbound_inputs,
)
