"""Commands, results and events of products. Follows blueprint.yaml."""

from pydantic import BaseModel

from shop.platform.values import Money
from shop.products.types import Line


class Reserve(BaseModel):
    """Step 1 of 2 of the workflow checkout, after orders.created; products.release takes it back."""

    items: list[Line]


class ReserveResult(BaseModel):
    total: Money


class Release(BaseModel):
    """Takes back products.reserve."""

    items: list[Line]
    total: Money
