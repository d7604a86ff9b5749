"""Commands, results and events of payments. Follows blueprint.yaml."""

from pydantic import BaseModel

from shop.platform.values import Money, Text


class Charge(BaseModel):
    """Step 2 of 2 of the workflow checkout, after products.reserve; payments.refund takes it back."""

    order_id: Text
    user_id: Text
    total: Money
    payment_method: Text


class Refund(BaseModel):
    """Takes back payments.charge."""

    order_id: Text
    user_id: Text
    total: Money
    payment_method: Text
