"""The data of events, in each version. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import BaseModel, Field

from shop.platform.messaging.versions import EventData
from shop.platform.values import Integer, Money, Text


class Line(BaseModel):
    product_id: Text
    quantity: Annotated[Integer, Field(ge=1)]


class StockReservedV1(EventData):
    order_id: Text
    user_id: Text
    items: list[Line]
    payment_method: Text
    total: Money


class OrderPlacedV1(EventData):
    order_id: Text
    user_id: Text
    items: list[Line]
    payment_method: Text
    status: Text
    total: Money | None = None
    reason: Text | None = None


class OrderConfirmedV1(EventData):
    order_id: Text
    user_id: Text
    items: list[Line]
    payment_method: Text
    total: Money


class OrderCancelledV1(EventData):
    order_id: Text
    user_id: Text
    items: list[Line]
    payment_method: Text
    reason: Text


class PaymentCapturedV1(EventData):
    order_id: Text
    user_id: Text
    items: list[Line]
    payment_method: Text
    total: Money
