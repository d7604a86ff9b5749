"""Trip: what is stored of one. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import Field

from depot.platform.table import Record, Table
from depot.platform.values import Boolean, Integer, Money, Text, Time
from depot.trips.types import Place, Stop


class Trip(Record):
    code: Text
    driver: Text
    start: Place
    stops: list[Stop]
    distance: Annotated[Integer, Field(ge=0)] | None = None
    express: Boolean
    leaves: Time
    status: Text = "pending"
    price: Money | None = None


trips = Table("trips", Trip)
