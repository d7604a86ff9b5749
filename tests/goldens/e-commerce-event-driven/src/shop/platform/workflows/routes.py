"""Workflows as a list of routes: which event triggers which action."""

from collections.abc import Iterator
from dataclasses import dataclass

from shop.platform.workflows.flows import Flows, Step, Workflow


@dataclass(frozen=True, slots=True)
class Route:
    """An action that an event triggers: a step of a workflow, or a reaction if `workflow` is empty."""

    action: str
    workflow: str = ""
    starts: bool = False
    undoes: str = ""
    final: bool = False

    def takes(self, workflow: str) -> bool:
        """Return whether an event of this workflow triggers the action. The name is empty outside of workflows."""
        return self.starts or self.workflow in ("", workflow)


def routes(flows: Flows) -> list[tuple[str, Route]]:
    """Return pairs of an event and an action that it triggers."""
    steps = [(flows.event_of(what), route) for workflow in flows.workflows for what, route in _steps_of(workflow)]
    return [*steps, *((event, Route(action)) for event, actions in flows.reactions.items() for action in actions)]


def listeners(flows: Flows) -> list[str]:
    """Return the services that subscribe to events."""
    return sorted({route.action.partition(".")[0] for _, route in routes(flows)})


def _steps_of(workflow: Workflow) -> Iterator[tuple[str, Route]]:
    """Yield pairs of an occurrence and the next action. `back` is the action that follows a refusal."""
    happened, back = workflow.starts, Route(workflow.failure, workflow.name, final=True)
    for step in (*workflow.steps, Step(workflow.success)):
        yield happened, Route(step.do, workflow.name, starts=happened == workflow.starts)
        yield f"{step.do}.refused", back
        if step.undo:
            yield step.undo, back
            back = Route(step.undo, workflow.name, undoes=step.do, final=True)
        happened = step.do
