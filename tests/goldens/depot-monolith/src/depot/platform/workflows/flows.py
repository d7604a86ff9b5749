"""What happens when: which workflow starts, which events are published, who reacts."""

from dataclasses import dataclass, field

from depot.platform.messaging.versions import NO_VERSIONS, Versions


@dataclass(frozen=True, slots=True)
class Step:
    do: str
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """Steps in order. A refusal undoes the steps before it, the last one first, and ends in `failure`."""

    name: str
    starts: str
    steps: tuple[Step, ...]
    success: str
    failure: str


@dataclass(frozen=True, slots=True)
class Flows:
    workflows: tuple[Workflow, ...] = ()
    published: dict[str, str] = field(default_factory=dict)
    """Occurrence (`orders.created`, `orders.confirm`) -> the event that tells of it, in its newest version."""
    reactions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Event -> the actions that react to it."""
    versions: Versions = NO_VERSIONS

    def event_of(self, occurrence: str) -> str:
        """The name under which others hear of it: the one that was published, or its own."""
        return self.published.get(occurrence, occurrence)
