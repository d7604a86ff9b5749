"""What payments are asked, and what they tell others. Follows blueprint.yaml."""

from pydantic import BaseModel

from shop.platform.values import Money, Text


class Charge(BaseModel):
    order_id: Text
    user_id: Text
    total: Money
    payment_method: Text


class Refund(BaseModel):
    order_id: Text
    user_id: Text
    total: Money
    payment_method: Text
