"""Responses of trips. Follows blueprint.yaml."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from depot.platform.http.views import View
from depot.platform.values import Boolean, Integer, Money, Text, Time
from depot.trips.types import Place, Stop


class TripView(View):
    id: str
    created_at: datetime
    code: Text
    driver: Text
    start: Place
    stops: list[Stop]
    distance: Annotated[Integer, Field(ge=0)] | None = None
    express: Boolean
    leaves: Time
    status: Text
    price: Money | None = None
