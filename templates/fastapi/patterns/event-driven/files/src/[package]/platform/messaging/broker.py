"""The broker port: events by type, in order for each key, at least once to each group."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from prometheus_client import Gauge
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Attribute = Annotated[str, StringConstraints(min_length=1)]
Extension = Annotated[str, Field(exclude_if=operator.not_)]
GROUP_BEHIND = Gauge(
    "event_group_behind_seconds",
    "For how long the oldest event waits that a group has not read, where the broker tells.",
    ["group"],
)


class Event(BaseModel):
    """What happened: a CloudEvent 1.0. `key` is what it happened to, `workflow` is empty outside of one."""

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
    """The types in which the same is told, with commas between; empty where this is the only one."""
    occurrence: Extension = ""
    """The id of the newest of them; empty on that one itself."""

    @property
    def told(self) -> set[str]:
        """All types in which the same is told."""
        return {self.type, *filter(None, self.versions.split(","))}

    def suits(self, line: Sequence[str]) -> bool:
        """Whether it is the one to take for who takes these types, the first where there is a choice."""
        return self.type in line and next(type for type in line if type in self.told) == self.type


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What came in and is no event. `origin` is where it stood, the same when it comes again."""

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
        return Unreadable(origin, body, f"no event: {problems}")


class TooLarge(ValueError):
    """The broker will never take the events with these ids; nothing was published."""

    def __init__(self, ids: Sequence[str], limit: int) -> None:
        super().__init__(f"the broker takes no event over {limit} bytes")
        self.ids = ids


class Publisher(Protocol):
    async def publish(self, events: Sequence[Event]) -> None:
        """Return when all of them are stored; after an exception any of them may be. Raises TooLarge."""


class Consumer(Protocol):
    async def receive(self) -> Sequence[Arrival]:
        """Wait for events, and return the next ones."""

    async def acknowledge(self) -> None:
        """What was received last need not come again."""

    async def close(self) -> None:
        """Leave the group, so that others take over at once."""


class Broker(Publisher, Protocol):
    def consumer(self, group: str) -> Consumer: ...

    async def close(self) -> None: ...
