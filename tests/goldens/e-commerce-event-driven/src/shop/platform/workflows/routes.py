"""Workflows for those who only see events: which event sets off which action."""

from collections.abc import Iterator
from dataclasses import dataclass

from shop.platform.workflows.flows import Flows, Step, Workflow


@dataclass(frozen=True, slots=True)
class Route:
    """An action that an event sets off, as a step of a workflow or, where that is empty, as a reaction."""

    action: str
    workflow: str = ""
    starts: bool = False
    undoes: str = ""
    final: bool = False

    def takes(self, workflow: str) -> bool:
        """Whether it is for an event that came of this workflow, or of none."""
        return self.starts or self.workflow in ("", workflow)


def routes(flows: Flows) -> list[tuple[str, Route]]:
    """Event -> an action that it sets off."""
    steps = [(flows.event_of(what), route) for workflow in flows.workflows for what, route in _steps_of(workflow)]
    return [*steps, *((event, Route(action)) for event, actions in flows.reactions.items() for action in actions)]


def listeners(flows: Flows) -> list[str]:
    """The services that are set off by an event."""
    return sorted({route.action.partition(".")[0] for _, route in routes(flows)})


def _steps_of(workflow: Workflow) -> Iterator[tuple[str, Route]]:
    """What happened -> the action that comes next. `back` is the one that comes where the next one is refused."""
    happened, back = workflow.starts, Route(workflow.failure, workflow.name, final=True)
    for step in (*workflow.steps, Step(workflow.success)):
        yield happened, Route(step.do, workflow.name, starts=happened == workflow.starts)
        yield f"{step.do}.refused", back
        if step.undo:
            yield step.undo, back
            back = Route(step.undo, workflow.name, undoes=step.do, final=True)
        happened = step.do
