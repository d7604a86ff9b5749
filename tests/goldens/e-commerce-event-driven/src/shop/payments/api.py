from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from shop.payments.resource import payments
from shop.platform.http.auth import CurrentUser
from shop.platform.http.web import Db
from shop.platform.values import BoundedText, Money

router = APIRouter(tags=["payments"])


class PaymentView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    order_id: str
    amount: Money
    status: str


class Payments(BaseModel):
    items: list[PaymentView]


@router.get("/payments")
async def of_order(order_id: BoundedText, user_id: CurrentUser, db: Db) -> Payments:
    """Return the payments of the caller for an order. The list is empty for unknown orders and those of other users."""
    own = await payments.find_by(db, order_id=order_id, user_id=user_id)
    return Payments(items=[PaymentView.model_validate(payment) for payment in own])
