"""The broker port: events are delivered at least once to each group, in order per key."""

import operator
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from prometheus_client import Gauge
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Attribute = Annotated[str, StringConstraints(min_length=1)]
Extension = Annotated[str, Field(exclude_if=operator.not_)]
GROUP_BEHIND = Gauge(
    "event_group_behind_seconds",
    "Age of the oldest event that a group has not read, if the broker reports it.",
    ["group"],
)


class LastAnswer:
    """When the broker last answered the consumer of this process, even if it had no messages."""

    def __init__(self) -> None:
        self.note()

    def note(self) -> None:
        self._at = time.monotonic()

    def age(self) -> float:
        """Return the seconds since then."""
        return time.monotonic() - self._at


last_answer = LastAnswer()


class Event(BaseModel):
    """A CloudEvent 1.0. `key` identifies the affected row; `workflow` is empty outside of workflows."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)

    specversion: Literal["1.0"] = "1.0"
    id: Attribute
    source: Attribute
    type: Attribute
    key: Attribute = Field(alias="subject")
    time: Attribute
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Extension = ""
    data: dict[str, Any]
    workflow: Extension = ""
    traceparent: Extension = ""
    versions: Extension = ""
    """All types in which this event is published, separated by commas; empty if there is only one."""
    occurrence: Extension = ""
    """Id of the event in the newest version; empty on that event itself."""
    resent: Annotated[int, Field(ge=0, exclude_if=operator.not_)] = 0
    """Number of the repetition that it belongs to: its workflow had not ended in time. 0 the first time."""

    @property
    def delivery_id(self) -> str:
        """Identifies what is sent, for brokers that drop duplicates: a repetition must not count as one."""
        return f"{self.id}.{self.resent}" if self.resent else self.id

    @property
    def types(self) -> set[str]:
        """All types in which this event is published."""
        return {self.type, *filter(None, self.versions.split(","))}

    def suits(self, line: Sequence[str]) -> bool:
        """Return whether a subscriber of these types, in order of preference, should handle this event."""
        return self.type in line and next(type for type in line if type in self.types) == self.type


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that is not an event. `origin` identifies it, also when it is delivered again."""

    origin: str
    body: bytes
    error: str


Arrival = Event | Unreadable


def encode(event: Event) -> bytes:
    return event.model_dump_json().encode()


def decode(body: bytes, origin: str) -> Arrival:
    try:
        return Event.model_validate_json(body)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_context=False, include_url=False)
        return Unreadable(origin, body, f"invalid event: {problems}")


class TooLarge(ValueError):
    """The events with these ids exceed the limit of the broker. Nothing was published."""

    def __init__(self, ids: Sequence[str], limit: int) -> None:
        super().__init__(f"the broker accepts at most {limit} bytes per event")
        self.ids = ids


class Publisher(Protocol):
    async def publish(self, events: Sequence[Event]) -> None:
        """Publish events and return when all are stored. After an exception some may be stored. Raises TooLarge."""


class Consumer(Protocol):
    async def receive(self) -> Sequence[Arrival]:
        """Wait for the next messages and return them.

        Call `last_answer.note()` when the broker answers that it has none: at least every 10 seconds.
        """

    async def acknowledge(self) -> None:
        """Acknowledge the messages received last."""

    async def close(self) -> None:
        """Leave the group, so that other members take over immediately."""


class Broker(Publisher, Protocol):
    def consumer(self, group: str) -> Consumer: ...

    async def close(self) -> None: ...
