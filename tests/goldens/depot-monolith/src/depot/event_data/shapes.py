"""The data of events, in each version. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import BaseModel, Field

from depot.platform.messaging.versions import EventData
from depot.platform.values import Boolean, Integer, Money, Text, Time


class Place(BaseModel):
    street: Text
    number: Annotated[Integer, Field(ge=1)]


class Stop(BaseModel):
    at: Place
    when: Time
    note: Text | None = None


class TripPlannedV1(EventData):
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


class TripConfirmedV1(EventData):
    trip_id: Text
    code: Text
    driver: Text
    start: Place
    stops: list[Stop]
    distance: Integer | None = None
    express: Boolean
    leaves: Time
    plate: Text
    price: Money
