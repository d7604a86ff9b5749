"""The docstrings of commands: their positions in workflows, and the events that trigger them."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.plan.views import occurrence
from blueprint.spec.model import Action, ActionRef, Service, Spec, Workflow


def command_notes(spec: Spec, service: Service, action: Action) -> tuple[str, ...]:
    """A sentence for each use of the action in workflows, reactions and jobs."""
    return tuple(_notes(spec, service, action))


def _notes(spec: Spec, service: Service, action: Action) -> Iterator[str]:
    ref = ActionRef(service.name, action.name)
    for workflow in spec.workflows:
        yield from _in_workflow(spec, workflow, ref)
    for reaction in service.reactions:
        if reaction.action == action.name:
            yield f"Follows the event {reaction.event}."
    if action.undoes is not None:
        yield f"Takes back {service.name.snake}.{action.undoes.snake}."


def _in_workflow(spec: Spec, workflow: Workflow, ref: ActionRef) -> Iterator[str]:
    name = workflow.name
    if ref in workflow.steps:
        at = workflow.steps.index(ref)
        before = occurrence(workflow.steps[at - 1]) if at else f"{workflow.starts.snake}.created"
        undo = _undo(spec, ref)
        taken_back = f"; {undo} takes it back" if undo else ""
        yield f"Step {at + 1} of {len(workflow.steps)} of the workflow {name}, after {before}{taken_back}."
    if ref == workflow.success:
        yield f"Ends the workflow {name} after {occurrence(workflow.steps[-1])}."
    if ref == workflow.failure:
        yield f"Ends the workflow {name} when a step refuses, after the steps before it were taken back."


def _undo(spec: Spec, ref: ActionRef) -> str | None:
    action = spec.service(ref.service).action(ref.action)
    return None if action.undo is None else f"{ref.service.snake}.{action.undo.snake}"
