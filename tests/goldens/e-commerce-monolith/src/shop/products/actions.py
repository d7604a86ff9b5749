from collections import Counter

from shop.platform.storage.database import Tx
from shop.platform.workflows.actions import Refused, action
from shop.products.messages import Release, Reserve, ReserveResult
from shop.products.resource import products
from shop.products.types import Line


@action
async def reserve(tx: Tx, command: Reserve) -> ReserveResult:
    """Take all items out of stock, or none. The total uses current prices."""
    total = 0
    for product_id, quantity in _quantities(command.items):
        product = await products.find(tx, product_id)
        if product is None:
            raise Refused("unknown_product")
        taken = "UPDATE products SET stock = stock - :quantity WHERE id = :id AND stock >= :quantity"
        if not await tx.execute(taken, id=product_id, quantity=quantity):
            raise Refused("out_of_stock")
        total += product.price * quantity
    return ReserveResult(total=total)


@action
async def release(tx: Tx, command: Release) -> None:
    for product_id, quantity in _quantities(command.items):
        await tx.execute(
            "UPDATE products SET stock = stock + :quantity WHERE id = :id", id=product_id, quantity=quantity
        )


def _quantities(items: list[Line]) -> list[tuple[str, int]]:
    """Return the quantity of each product, sorted by id so that concurrent orders do not deadlock."""
    quantities: Counter[str] = Counter()
    for line in items:
        quantities[line.product_id] += line.quantity
    return sorted(quantities.items())
