"""The table of payments. Follows blueprint.yaml."""

from typing import TypedDict

from shop.platform.storage.table import Record, Table
from shop.platform.values import Money, Text, Time


class Payment(Record):
    order_id: Text
    user_id: Text
    amount: Money
    status: Text = "pending"


class _Columns(TypedDict, total=False):
    created_at: Time
    order_id: Text
    user_id: Text
    amount: Money
    status: Text


payments = Table("payments", Payment, _Columns)
