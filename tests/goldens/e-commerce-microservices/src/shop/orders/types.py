"""Values that orders are described with. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import BaseModel, Field

from shop.platform.values import Integer, Text


class Line(BaseModel):
    product_id: Text
    quantity: Annotated[Integer, Field(ge=1)]
