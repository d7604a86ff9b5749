"""Reads `workflows` of a document."""

from __future__ import annotations

from blueprint.errors import Problem
from blueprint.spec.findings import Findings
from blueprint.spec.location import Location
from blueprint.spec.model import CREATED, ActionRef, Workflow
from blueprint.spec.names import Name, action_name, service_name, shown, workflow_name
from blueprint.spec.nodes import Node
from blueprint.spec.shape import named_of, parts_of, text_of, values_of

WORKFLOW_KEYS = ("starts", "steps", "success", "failure")


def workflows_of(node: Node | None, findings: Findings) -> tuple[Workflow, ...]:
    """The valid workflows. Problems of others are added to the findings."""
    workflows = (
        _workflow(name, body, findings)
        for name, body in named_of(node, '"workflows"', workflow_name, findings)
    )
    return tuple(workflow for workflow in workflows if workflow is not None)


def _workflow(name: Name, body: Node, findings: Findings) -> Workflow | None:
    parts = parts_of(body, f'the workflow "{name}"', WORKFLOW_KEYS, findings)
    if missing := [key for key in WORKFLOW_KEYS if key not in parts]:
        message = f'the workflow "{name}" lacks {", ".join(missing)}'
        findings.add(body.location, "missing-key", message, "add it below the workflow")
        return None
    starts = _starts(parts["starts"], findings)
    steps = _steps(parts["steps"], findings)
    success = _ref(parts["success"], '"success"', findings)
    failure = _ref(parts["failure"], '"failure"', findings)
    if starts is None or not steps or success is None or failure is None:
        return None
    return Workflow(name, starts, steps, success, failure)


def _starts(node: Node, findings: Findings) -> Name | None:
    if (text := text_of(node, '"starts"', findings)) is None:
        return None
    service, _, occurrence = text.value.partition(".")
    if occurrence != CREATED:
        message = f"a workflow starts when a row is created, not at {shown(text.value)}"
        findings.add(
            text.location, "bad-value", message, 'write SERVICE.created, for example "orders.created"'
        )
        return None
    return findings.keep(service_name(service, text.location))


def _steps(node: Node, findings: Findings) -> tuple[ActionRef, ...]:
    """The steps, or none if one is invalid."""
    values = values_of(node, '"steps"', findings)
    steps = [step for value in values if (step := _ref(value, "a step", findings)) is not None]
    if not values:
        findings.add(
            node.location, "missing-key", "a workflow needs a step", 'for example "[payments.charge]"'
        )
    return tuple(steps) if len(steps) == len(values) else ()


def _ref(node: Node, what: str, findings: Findings) -> ActionRef | None:
    if (text := text_of(node, what, findings)) is None:
        return None
    return findings.keep(_ref_of(text.value, text.location))


def _ref_of(text: str, at: Location) -> ActionRef | Problem:
    service, dot, action = text.partition(".")
    if not dot:
        hint = 'write SERVICE.ACTION, for example "payments.charge"'
        return at.problem("bad-value", f"{shown(text)} does not name the action of a service", hint)
    names = (service_name(service, at), action_name(action, at))
    for name in names:
        if isinstance(name, Problem):
            return name
    return ActionRef(Name(service), Name(action))
