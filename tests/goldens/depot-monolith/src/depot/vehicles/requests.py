"""Request bodies of vehicles. Follows blueprint.yaml."""

from pydantic import BaseModel

from depot.platform.values import Boolean, BoundedText


class NewVehicle(BaseModel):
    trip_id: BoundedText
    express: Boolean
