"""Commands, results and events of messages. Follows blueprint.yaml."""

from pydantic import BaseModel

from depot.messages.types import Place, Stop
from depot.platform.values import Boolean, Integer, Money, Text, Time


class Announce(BaseModel):
    """Follows the event trip.confirmed."""

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


class Note(BaseModel):
    """Follows the event trip.planned."""

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
