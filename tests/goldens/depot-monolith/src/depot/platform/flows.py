"""What happens when: which workflow starts, which events are published, who reacts."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    do: str
    undo: str | None = None


@dataclass(frozen=True)
class Workflow:
    """Steps in order. A refusal undoes the steps before it, the last one first, and ends in `failure`."""

    name: str
    starts: str
    steps: tuple[Step, ...]
    success: str
    failure: str

    def transitions(self) -> list[tuple[str, str]]:
        """What happened -> the action that comes next: the same workflow for those who only see events."""
        does = [step.do for step in self.steps]
        forward = zip([self.starts, *does], [*does, self.success], strict=True)
        back = [step for step in self.steps if step.undo]
        ends = [
            (f"{refusing}.refused", _last_undo(self.steps[:done]) or self.failure)
            for done, refusing in enumerate([*does, self.success])
        ]
        undone = [(str(step.undo), _last_undo(self.steps[: self.steps.index(step)]) or self.failure) for step in back]
        return [*forward, *ends, *undone]


def _last_undo(steps: tuple[Step, ...]) -> str | None:
    return next((step.undo for step in reversed(steps) if step.undo), None)


@dataclass(frozen=True)
class Flows:
    workflows: tuple[Workflow, ...] = ()
    published: dict[str, str] = field(default_factory=dict)
    """Occurrence (`orders.created`, `orders.confirm`) -> the event that tells of it (`order.placed`)."""
    reactions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Event -> the actions that react to it."""

    def starting_at(self, occurrence: str) -> list[Workflow]:
        return [workflow for workflow in self.workflows if workflow.starts == occurrence]

    def event_of(self, occurrence: str) -> str:
        """The name under which others hear of it: the one that was published, or its own."""
        return self.published.get(occurrence, occurrence)

    def undone_by(self, action: str, scope: str) -> str | None:
        """The action that this one undoes in the workflow with this scope."""
        workflows = (workflow for workflow in self.workflows if workflow.name == scope.partition("/")[0])
        return next((step.do for workflow in workflows for step in workflow.steps if step.undo == action), None)

    def is_last_resort(self, action: str, workflow: str) -> bool:
        return any(known.name == workflow and known.failure == action for known in self.workflows)

    def listeners(self) -> list[str]:
        """The services that are set off by something, in a workflow or by an event."""
        actions = {action for workflow in self.workflows for _, action in workflow.transitions()}
        actions.update(name for names in self.reactions.values() for name in names)
        return sorted({action.partition(".")[0] for action in actions})

    def reactions_to(self, occurrence: str) -> tuple[str, ...]:
        return self.reactions.get(self.event_of(occurrence), ())
