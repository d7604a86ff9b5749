"""What must hold, always: checked from outside, once the system has come to rest.

Every function returns what is wrong, one line each; an empty list means that the invariant holds.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.shop import Order, Payment, Product, Shop, ok
from tests.support.system import NotInTime, System, eventually

REST_SECONDS = 60.0
REASONS = {"out_of_stock", "payment_declined", "unknown_product"}


@dataclass(frozen=True, slots=True)
class Witness:
    """What the clients know: the products as they were made, and the orders that were answered 201."""

    buyers: Sequence[Shop]
    products: Sequence[Product]
    placed: Sequence[Order]


@dataclass(frozen=True, slots=True)
class State:
    """What the shop says now about the orders and products of a witness."""

    orders: Mapping[str, Order]
    payments: Mapping[str, Sequence[Payment]]
    stock: Mapping[str, int]


def look(witness: Witness) -> State:
    """Asks the shop for the orders of the buyers, all their payments, and what is left of the products."""
    orders = {order.id: (buyer, order) for buyer in witness.buyers for order in buyer.orders()}
    return State(
        {id: order for id, (_, order) in orders.items()},
        {id: buyer.payments(order) for id, (buyer, order) in orders.items()},
        {product.id: witness.buyers[0].stock_of(product) for product in witness.products},
    )


def orders_that_are_lost_doubled_or_stuck(witness: Witness, state: State) -> Iterable[str]:
    """1: every order answered 201 exists and is final, and no other order exists."""
    placed = {order.id for order in witness.placed}
    yield from (f"order {id} is lost" for id in placed - state.orders.keys())
    yield from (f"order {id} was never placed" for id in state.orders.keys() - placed)
    for order in state.orders.values():
        if not order.is_final:
            yield f"order {order.id} is stuck: {order.status}"
        elif (order.status == "cancelled") != (order.reason in REASONS):
            yield f"order {order.id} is {order.status} because of {order.reason}"


def orders_that_changed_their_mind(witness: Witness, state: State) -> Iterable[str]:
    """A final status that a client has seen is still the status."""
    for seen in witness.placed:
        now = state.orders.get(seen.id)
        if now and seen.is_final and seen.status != now.status:
            yield f"order {seen.id} was {seen.status} and is {now.status}"


def stock_that_is_not_conserved(witness: Witness, state: State) -> Iterable[str]:
    """2: initial stock = remaining stock + the quantities of confirmed orders, none of it negative."""
    sold: Counter[str] = Counter()
    for order in state.orders.values():
        if order.status == "confirmed":
            sold.update(order.quantities)
    for product in witness.products:
        left = state.stock[product.id]
        if left < 0 or left + sold[product.id] != product.stock:
            yield f"product {product.id}: had {product.stock}, sold {sold[product.id]}, has {left}"


def money_that_is_not_conserved(witness: Witness, state: State) -> Iterable[str]:
    """3: a confirmed order has one captured payment, of the sum of its lines; a cancelled one has none."""
    prices = {product.id: product.price for product in witness.products}
    for order in state.orders.values():
        captured = [payment.amount for payment in state.payments[order.id] if payment.status == "captured"]
        due = []
        if order.status == "confirmed":
            due = [sum(prices[id] * quantity for id, quantity in order.quantities.items())]
            if order.total != due[0]:
                yield f"order {order.id} has a total of {order.total} in place of {due[0]}"
        if captured != due:
            yield f"order {order.id} is {order.status} and has captured {captured} in place of {due}"


def charges_that_differ_from_the_payments(ledger: Path, state: State) -> Iterable[str]:
    """3: what the provider has charged for these orders is what the payments say."""
    charges: dict[str, list[tuple[str, int]]] = {}
    for key, status, amount in _charges_in(ledger):
        for id in (id for id in state.orders if id in key):
            charges.setdefault(id, []).append((status, amount))
    for id, payments in state.payments.items():
        theirs = [amount for status, amount in charges.get(id, []) if status == "captured"]
        ours = [payment.amount for payment in payments if payment.status == "captured"]
        if ours != theirs:
            yield f"order {id}: the provider has captured {theirs}, the payments say {ours}"
        if len(charges.get(id, [])) > 1:
            yield f"order {id}: the provider was asked under several keys: {charges[id]}"


def _charges_in(ledger: Path) -> list[tuple[str, str, int]]:
    """Key, status and amount of each; the file comes with the first one."""
    if not ledger.exists():
        return []
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as book:
        return book.execute("SELECT key, status, amount FROM charges").fetchall()


def dead_letters(system: System) -> Iterable[str]:
    """5: nothing has ended where an operator must look."""
    operator = {"Authorization": f"Bearer {system.environment['OPERATOR_TOKEN']}"}
    for service in system.workers:
        letters = ok(httpx.get(f"{service.url}/internal/dead-letters", headers=operator, trust_env=False))
        yield from (f"{service.name} has a dead letter: {letter}" for letter in letters["items"])


def violations(system: System, witness: Witness) -> list[str]:
    """All that does not hold at this moment."""
    state = look(witness)
    of_state: tuple[Callable[[Witness, State], Iterable[str]], ...] = (
        orders_that_are_lost_doubled_or_stuck,
        orders_that_changed_their_mind,
        stock_that_is_not_conserved,
        money_that_is_not_conserved,
    )
    found = [line for check in of_state for line in check(witness, state)]
    found += charges_that_differ_from_the_payments(system.folder / "var" / "payment-provider.db", state)
    return found + list(dead_letters(system))


def assert_all_holds_at_rest(system: System, witness: Witness) -> None:
    """Waits for rest, for 60 s at the most: fails with all that does not hold then."""
    found: list[str] = []

    def holds() -> bool:
        found[:] = violations(system, witness)
        return not found

    try:
        eventually(holds, REST_SECONDS, "rest", every=0.5)
    except NotInTime:
        raise AssertionError(f"{len(found)} violations, the first ones:\n" + "\n".join(found[:20])) from None
