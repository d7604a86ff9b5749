"""Request bodies of trips. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import BaseModel, Field

from depot.platform.values import Boolean, BoundedList, BoundedText, Integer, Time, UniqueText
from depot.trips.types import Place, Stop


class NewTrip(BaseModel):
    code: UniqueText
    driver: BoundedText
    start: Place
    stops: BoundedList[Stop]
    distance: Annotated[Integer, Field(ge=0)] | None = None
    express: Boolean
    leaves: Time
