"""Nested types of products. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import BaseModel, Field

from shop.platform.values import BoundedText, Integer


class Line(BaseModel):
    product_id: BoundedText
    quantity: Annotated[Integer, Field(ge=1)]
