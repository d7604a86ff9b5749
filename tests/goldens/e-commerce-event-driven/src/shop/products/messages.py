"""What products are asked, and what they tell others. Follows blueprint.yaml."""

from pydantic import BaseModel

from shop.platform.values import Money
from shop.products.types import Line


class Reserve(BaseModel):
    items: list[Line]


class ReserveResult(BaseModel):
    total: Money


class Release(BaseModel):
    items: list[Line]
    total: Money
