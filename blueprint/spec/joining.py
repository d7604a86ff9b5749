"""Where a new service finds its place in a workflow, and what its step is given there."""

from __future__ import annotations

from msgspec.structs import replace

from blueprint.errors import Problem, SpecError
from blueprint.spec.findings import did_you_mean
from blueprint.spec.model import Field, Service, Spec, Workflow


def workflow_named(spec: Spec, name: str) -> Workflow:
    """The workflow; SpecError if there is none of this name."""
    for workflow in spec.workflows:
        if workflow.name == name:
            return workflow
    hint = did_you_mean(
        name, [workflow.name for workflow in spec.workflows], "add it to blueprint.yaml first"
    )
    raise SpecError(Problem("unknown-workflow", f'there is no workflow "{name}"', hint))


def index_after(workflow: Workflow, after: str | None) -> int:
    """The place of a new step: behind the last step of this service, or this very step; else at the end.

    The service that starts the workflow stands before all steps. Raises SpecError for any other.
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
    """The service, its step given what the workflow knows there, unless it says itself what it takes.

    That is what the service keeps of it; else the row that the workflow is about.
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
