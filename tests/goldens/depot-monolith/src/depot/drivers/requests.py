"""What a request about drivers brings. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import BaseModel, Field

from depot.platform.values import Integer, Text


class NewDriver(BaseModel):
    name: Text
    level: Annotated[Integer, Field(ge=1)]
