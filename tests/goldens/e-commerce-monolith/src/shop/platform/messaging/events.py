"""The port through which a service says what happened. Who listens, and how it gets there, is not its business."""

from typing import Annotated, Any, Literal, Protocol

from fastapi import Depends, Request

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
"""What can happen here. Follows blueprint.yaml."""


class Events(Protocol):
    async def publish(self, tx: Tx, occurrence: Occurrence, key: str, data: dict[str, Any]) -> None:
        """Tell that `occurrence` (`orders.created`) happened to the thing with this key, if the transaction commits."""


async def _events(request: Request) -> Events:
    events: Events = request.app.state.events
    return events


Publish = Annotated[Events, Depends(_events)]
