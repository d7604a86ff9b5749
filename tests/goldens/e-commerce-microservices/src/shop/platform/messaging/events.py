"""The port through which services publish events. Subscribers and transport depend on the pattern."""

from typing import Annotated, Any, Literal, Protocol

from fastapi import Depends
from starlette.requests import HTTPConnection

from shop.platform.storage.database import Tx

Occurrence = Literal[
    "users.created",
    "products.created",
    "products.reserve",
    "products.release",
    "orders.created",
    "orders.confirm",
    "orders.cancel",
    "payments.created",
    "payments.charge",
    "payments.refund",
]
"""All occurrences that services publish. Follows blueprint.yaml."""


class Events(Protocol):
    async def publish(self, tx: Tx, occurrence: Occurrence, key: str, data: dict[str, Any]) -> None:
        """Publish an occurrence such as `orders.created` for the row with this key, if the transaction commits."""


async def _events(connection: HTTPConnection) -> Events:
    events: Events = connection.app.state.events
    return events


Publish = Annotated[Events, Depends(_events)]
