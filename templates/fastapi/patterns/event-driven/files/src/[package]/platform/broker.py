"""The broker port: events by type, in order for each key, at least once to each group."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol


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


class Publisher(Protocol):
    async def publish(self, events: Sequence[Event]) -> None:
        """Return when all of them are stored; after an exception any of them may be."""


class Consumer(Protocol):
    async def receive(self) -> list[Event]:
        """Wait for events, and return the next ones."""

    async def acknowledge(self) -> None:
        """The events received last need not come again."""

    async def close(self) -> None:
        """Leave the group, so that others take over at once."""


class Broker(Publisher, Protocol):
    def consumer(self, group: str) -> Consumer: ...

    async def close(self) -> None: ...
