"""What vehicles are asked, and what they tell others. Follows blueprint.yaml."""

from pydantic import BaseModel

from depot.platform.values import Boolean, Text


class Assign(BaseModel):
    trip_id: Text
    express: Boolean


class AssignResult(BaseModel):
    plate: Text


class FreeUp(BaseModel):
    trip_id: Text
    express: Boolean
    plate: Text
