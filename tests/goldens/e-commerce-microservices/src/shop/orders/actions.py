from shop.orders.messages import Cancel, Confirm
from shop.platform.storage.database import Tx
from shop.platform.workflows.actions import Refused, action


@action
async def confirm(tx: Tx, command: Confirm) -> None:
    confirmed = "UPDATE orders SET status = 'confirmed', total = :total WHERE id = :id AND status = 'pending'"
    if not await tx.execute(confirmed, id=command.order_id, total=command.total):
        raise Refused("already_decided")


@action
async def cancel(tx: Tx, command: Cancel) -> None:
    cancelled = "UPDATE orders SET status = 'cancelled', reason = :reason WHERE id = :id AND status = 'pending'"
    await tx.execute(cancelled, id=command.order_id, reason=command.reason)
