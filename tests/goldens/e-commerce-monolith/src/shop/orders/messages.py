"""Commands, results and events of orders. Follows blueprint.yaml."""

from pydantic import BaseModel

from shop.orders.types import Line
from shop.platform.values import Money, Text


class OrderCreated(BaseModel):
    order_id: Text
    user_id: Text
    items: list[Line]
    payment_method: Text
    status: Text
    total: Money | None = None
    reason: Text | None = None


class Confirm(BaseModel):
    """Ends the workflow checkout after payments.charge."""

    order_id: Text
    total: Money


class Cancel(BaseModel):
    """Ends the workflow checkout when a step refuses, after the steps before it were taken back."""

    order_id: Text
    reason: Text
