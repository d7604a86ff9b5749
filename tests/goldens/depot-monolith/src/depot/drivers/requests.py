"""Request bodies of drivers. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import BaseModel, Field

from depot.platform.values import BoundedText, Integer


class NewDriver(BaseModel):
    name: BoundedText
    level: Annotated[Integer, Field(ge=1)]
