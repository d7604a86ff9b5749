"""Commands, results and events of trips. Follows blueprint.yaml."""

from pydantic import BaseModel

from depot.platform.values import Boolean, Integer, Money, Text, Time
from depot.trips.types import Place, Stop


class TripCreated(BaseModel):
    trip_id: Text
    code: Text
    driver: Text
    start: Place
    stops: list[Stop]
    distance: Integer | None = None
    express: Boolean
    leaves: Time
    status: Text
    price: Money | None = None


class Confirm(BaseModel):
    """Ends the workflow plan_trip after pricing.quote."""

    trip_id: Text
    price: Money


class Cancel(BaseModel):
    """Ends the workflow plan_trip when a step refuses, after the steps before it were taken back."""

    trip_id: Text
    reason: Text
