"""Commands, results and events of vehicles. Follows blueprint.yaml."""

from pydantic import BaseModel

from depot.platform.values import Boolean, Text


class Assign(BaseModel):
    """Step 1 of 2 of the workflow plan_trip, after trips.created; vehicles.free_up takes it back."""

    trip_id: Text
    express: Boolean


class AssignResult(BaseModel):
    plate: Text


class FreeUp(BaseModel):
    """Takes back vehicles.assign."""

    trip_id: Text
    express: Boolean
    plate: Text
