"""Order: what is stored of one. Follows blueprint.yaml."""

from typing import Annotated

from pydantic import Field

from shop.orders.types import Line
from shop.platform.storage.table import Record, Table
from shop.platform.values import Money, Text


class Order(Record):
    user_id: Text
    items: list[Line]
    payment_method: Text
    status: Text = "pending"
    total: Money | None = None
    reason: Annotated[Text, Field(max_length=200)] | None = None  # as the court asked


orders = Table("orders", Order)
