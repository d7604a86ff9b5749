"""Adds a new service to a workflow: the position of its step, and the inputs of the step."""

from __future__ import annotations

from msgspec.structs import replace

from blueprint.errors import Problem, SpecError
from blueprint.spec.findings import did_you_mean
from blueprint.spec.model import Field, Service, Spec, Workflow


def workflow_named(spec: Spec, name: str) -> Workflow:
    """Return the workflow. Raises SpecError for an unknown name."""
    for workflow in spec.workflows:
        if workflow.name == name:
            return workflow
    hint = did_you_mean(
        name, [workflow.name for workflow in spec.workflows], "add it to blueprint.yaml first"
    )
    raise SpecError(Problem("unknown-workflow", f'there is no workflow "{name}"', hint))


def index_after(workflow: Workflow, after: str | None) -> int:
    """The index of a new step: after the given step, after the last step of the given service, or at the end.

    The service that starts the workflow comes before all steps. Raises SpecError for any other service.
    """
    if after is None:
        return len(workflow.steps)
    locations = [index for index, step in enumerate(workflow.steps, 1) if after in (step.service, str(step))]
    if locations:
        return locations[-1]
    if after == workflow.starts:
        return 0
    known = [workflow.starts, *(step.service for step in workflow.steps)]
    message = f'"{after}" is no part of the workflow "{workflow.name}"'
    raise SpecError(Problem("unknown-step", message, did_you_mean(after, known)))


def with_step_inputs(spec: Spec, workflow: Workflow, index: int, service: Service, action: str) -> Service:
    """Return the service with inputs for its step, unless it declares them itself.

    The inputs are the available fields that its resource also has, or else the id of the workflow's row.
    """
    given = _given(spec, workflow, index, service)
    actions = tuple(
        replace(each, inputs=given) if each.name == action and not each.inputs else each
        for each in service.actions
    )
    return replace(service, actions=actions)


def _given(spec: Spec, workflow: Workflow, index: int, service: Service) -> tuple[Field, ...]:
    known = spec.context_at(workflow, index)
    kept = {field.name: field for field in service.resource or ()}
    shared = tuple(field for field in known if field.name in kept and field.fits(kept[field.name]))
    return shared or known[:1]
