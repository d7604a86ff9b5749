from shop.payments.messages import Charge, Refund
from shop.payments.provider import Receipt, provider
from shop.payments.resource import Payment, payments
from shop.platform.calls.slots import Slots
from shop.platform.storage.database import Tx
from shop.platform.workflows.actions import Refused, external

PROVIDER = Slots(by="user_id")
"""Customers share the slots, so slow cards of one do not delay the others."""


async def capture(command: Charge) -> Receipt:
    return await provider().capture(command.order_id, command.total, command.payment_method)


@external(capture, PROVIDER)
async def charge(tx: Tx, command: Charge, receipt: Receipt) -> None | Refused:
    """Store the payment, also a declined one: `return Refused` commits the transaction."""
    payment = Payment(order_id=command.order_id, user_id=command.user_id, amount=command.total, status=receipt.status)
    await payments.insert(tx, payment)
    return Refused("payment_declined") if receipt.status == "declined" else None


async def void(command: Refund) -> None:
    await provider().void(command.order_id)


@external(void, PROVIDER)
async def refund(tx: Tx, command: Refund, _: None) -> None:
    for payment in await payments.find_by(tx, order_id=command.order_id, status="captured"):
        await payments.update(tx, payment.id, status="refunded")
