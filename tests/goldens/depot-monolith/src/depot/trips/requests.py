"""What a request about trips brings. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import BaseModel, Field

from depot.platform.values import Boolean, Integer, Text, Time
from depot.trips.types import Place, Stop


class NewTrip(BaseModel):
    code: Text
    driver: Text
    start: Place
    stops: list[Stop]
    distance: Annotated[Integer, Field(ge=0)] | None = None
    express: Boolean
    leaves: Time
