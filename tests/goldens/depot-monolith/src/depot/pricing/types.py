"""Nested types of pricing. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import BaseModel, Field

from depot.platform.values import BoundedText, Integer, Time


class Place(BaseModel):
    street: BoundedText
    number: Annotated[Integer, Field(ge=1)]


class Stop(BaseModel):
    at: Place
    when: Time
    note: BoundedText | None = None
