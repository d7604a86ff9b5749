"""Actions of vehicles."""

from depot.platform.storage.database import Tx
from depot.platform.workflows.actions import action
from depot.vehicles.messages import Assign, AssignResult, FreeUp
from depot.vehicles.resource import Vehicle, vehicles


@action
async def assign(tx: Tx, command: Assign) -> AssignResult:
    await vehicles.insert(tx, Vehicle(trip_id=command.trip_id, express=command.express, status="assigned"))
    return AssignResult(plate="")


@action
async def free_up(tx: Tx, command: FreeUp) -> None:
    for vehicle in await vehicles.find_by(tx, trip_id=command.trip_id):
        await vehicles.update(tx, vehicle.id, status="freed")
