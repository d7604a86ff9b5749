"""Actions of trips."""

from depot.platform.storage.database import Tx
from depot.platform.workflows.actions import action
from depot.trips.messages import Cancel, Confirm
from depot.trips.resource import trips


@action
async def confirm(tx: Tx, command: Confirm) -> None:
    await trips.update(tx, command.trip_id, status="confirmed", price=command.price)


@action
async def cancel(tx: Tx, command: Cancel) -> None:
    await trips.update(tx, command.trip_id, status="cancelled")
