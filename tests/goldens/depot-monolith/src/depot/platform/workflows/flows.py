"""The structure of a system: workflows, published events and reactions."""

from dataclasses import dataclass, field

from depot.platform.messaging.versions import NO_VERSIONS, Versions


@dataclass(frozen=True, slots=True)
class Step:
    do: str
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """A sequence of steps. A refusal undoes the completed steps in reverse order, then runs `failure`."""

    name: str
    starts: str
    steps: tuple[Step, ...]
    success: str
    failure: str


@dataclass(frozen=True, slots=True)
class Flows:
    workflows: tuple[Workflow, ...] = ()
    published: dict[str, str] = field(default_factory=dict)
    """Occurrence (`orders.created`, `orders.confirm`) -> newest version of the event that it publishes."""
    reactions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Event -> actions that react to it."""
    versions: Versions = NO_VERSIONS

    def event_of(self, occurrence: str) -> str:
        """Return the event type of an occurrence. Defaults to the name of the occurrence."""
        return self.published.get(occurrence, occurrence)

    def start_of(self, workflow: str) -> str:
        """Return the event type that starts a workflow. Empty if there is no such workflow any more."""
        return next((self.event_of(each.starts) for each in self.workflows if each.name == workflow), "")
