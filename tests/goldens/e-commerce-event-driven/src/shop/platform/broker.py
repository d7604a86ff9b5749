"""The broker port: events by type, in order for each key, at least once to each group."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. `key` is what it happened to; `workflow` is empty outside of one."""

    id: str
    type: str
    key: str
    data: dict[str, Any]
    time: str
    workflow: str = ""
    traceparent: str = ""

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Event":
        values = {field.name: row[field.name] for field in fields(cls)}
        return cls(**{**values, "data": json.loads(row["data"])})

    def to_row(self) -> dict[str, str]:
        return {**asdict(self), "data": json.dumps(self.data)}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What came from the broker and is no event. `origin` names its place there, and it alone; no slashes."""

    origin: str
    body: bytes
    error: str


class TooLarge(Exception):
    """The broker will never take the events with these ids; nothing was published."""

    def __init__(self, ids: Sequence[str], limit: int) -> None:
        super().__init__(f"the broker takes no event over {limit} bytes")
        self.ids = ids


_FORMAT = TypeAdapter(Event)


def encode(event: Event) -> bytes:
    return _FORMAT.dump_json(event)


def decode(body: bytes, origin: str) -> Event | Unreadable:
    try:
        return _FORMAT.validate_json(body, strict=True)
    except ValidationError as error:
        return Unreadable(origin, body, f"no event: {error.errors(include_input=False, include_url=False)}")


class Publisher(Protocol):
    async def publish(self, events: Sequence[Event]) -> None:
        """Return when all of them are stored; after an exception any of them may be. Raises TooLarge."""


class Consumer(Protocol):
    async def receive(self) -> Sequence[Event | Unreadable]:
        """Wait for events, and return the next ones."""

    async def acknowledge(self) -> None:
        """The events received last need not come again."""

    async def close(self) -> None:
        """Leave the group, so that others take over at once."""


class Broker(Publisher, Protocol):
    def consumer(self, group: str) -> Consumer: ...

    async def close(self) -> None: ...
