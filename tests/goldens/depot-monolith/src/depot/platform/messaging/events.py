"""The port through which services publish events. Subscribers and transport depend on the pattern."""

from typing import Annotated, Any, Literal, Protocol

from fastapi import Depends
from starlette.requests import HTTPConnection

from depot.platform.storage.database import Tx

Occurrence = Literal[
    "trips.created",
    "trips.confirm",
    "trips.cancel",
    "drivers.created",
    "vehicles.created",
    "vehicles.assign",
    "vehicles.free_up",
    "pricing.quote",
    "pricing.withdraw",
    "messages.created",
    "messages.announce",
    "messages.note",
]
"""All occurrences that services publish. Follows blueprint.yaml."""


class Events(Protocol):
    async def publish(self, tx: Tx, occurrence: Occurrence, key: str, data: dict[str, Any]) -> None:
        """Publish an occurrence such as `orders.created` for the row with this key, if the transaction commits."""


async def _events(connection: HTTPConnection) -> Events:
    events: Events = connection.app.state.events
    return events


Publish = Annotated[Events, Depends(_events)]
