"""The port through which a service says what happened. Who listens, and how it gets there, is not its business."""

from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from shop.platform.database import Tx


class Events(Protocol):
    async def publish(self, tx: Tx, occurrence: str, key: str, data: dict[str, Any]) -> None:
        """Tell that `occurrence` (`orders.created`) happened to the thing with this key, if the transaction commits."""


async def _events(request: Request) -> Events:
    events: Events = request.app.state.events
    return events


Publish = Annotated[Events, Depends(_events)]
