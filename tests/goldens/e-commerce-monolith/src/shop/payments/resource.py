"""Payment: what is stored of one. Follows blueprint.yaml."""

from shop.platform.table import Record, Table
from shop.platform.values import Money, Text


class Payment(Record):
    order_id: Text
    user_id: Text
    amount: Money
    status: Text = "pending"


payments = Table("payments", Payment)
