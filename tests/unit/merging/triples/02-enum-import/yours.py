"""Order: what is stored of one. Follows blueprint.yaml."""

from shop.orders.types import Line, PaymentMethod
from shop.platform.storage.table import Record, Table
from shop.platform.values import Money, Text


class Order(Record):
    user_id: Text
    items: list[Line]
    payment_method: PaymentMethod
    status: Text = "pending"
    total: Money | None = None
    reason: Text | None = None


orders = Table("orders", Order)
