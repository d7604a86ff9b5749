"""The table of trips. Follows blueprint.yaml."""

from typing import Annotated, TypedDict

from pydantic import Field

from depot.platform.storage.table import Record, Table
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


class _Columns(TypedDict, total=False):
    created_at: Time
    code: Text
    driver: Text
    start: Place
    stops: list[Stop]
    distance: Integer | None
    express: Boolean
    leaves: Time
    status: Text
    price: Money | None


trips = Table("trips", Trip, _Columns)
