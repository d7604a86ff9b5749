"""A shop on the embedded broker in which things go wrong, and what has to hold in the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from tests.sagas.stage import Stage
from tests.support.event_log import EventLog, databases_of, inversions, log_of, statuses
from tests.support.shop import Order, Product
from tests.support.system import eventually

PATIENCE = 60.0
CARDS = ("card", "card", "card_declined", "card_flaky")
CLIENTS = 8
NOW = "2026-01-02T03:04:05+00:00"


def order_many(stage: Stage, count: int) -> list[Order]:
    """So many orders, several at a time, with all kinds of cards; each is repeated until it is taken."""
    cards = [CARDS[number % len(CARDS)] for number in range(count)]
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(stage.order, cards))


@contextmanager
def customers(stage: Stage) -> Iterator[None]:
    """Inside, one order comes after the other."""
    open_for_business = True

    def keep_ordering(number: int) -> None:
        while open_for_business:
            stage.order(CARDS[number % len(CARDS)])

    with ThreadPoolExecutor(2) as clients:
        visits = [clients.submit(keep_ordering, number) for number in (0, 2)]
        try:
            yield
        finally:
            open_for_business = False
    for visit in visits:
        visit.result()


def check(stage: Stage, what: str, log: EventLog | None = None) -> None:
    """At rest nothing is lost, doubled, stuck or out of order. Prints the counts, and `what`."""
    stage.check()
    log = log or log_of(stage.system)
    eventually(log.is_read, PATIENCE, "all events are acknowledged")
    assert log.is_whole()
    found = inversions(log, databases_of(stage.system))
    assert not found, "\n".join(found)
    said = f"{len(stage.placed)} orders, {what}; lost 0, doubled 0, inversions 0, stuck 0"
    sys.stdout.write(f"{said}\n")


def an_undo_overtakes_its_action(stage: Stage) -> None:
    """First it is told that the payment was declined, then that the order was placed: no stock is taken."""
    product = stage.buyer.product(stock=10)
    placed, declined = checkout_of(product, 3)
    log = log_of(stage.system)

    log.put(declined, placed, declined, placed)

    inbox = stage.system.folder / "var" / "products.db"
    eventually(lambda: statuses(inbox, placed["subject"]) == ["done", "done"], PATIENCE, "both are done")
    assert stage.buyer.stock_of(product) == product.stock


def checkout_of(product: Product, quantity: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two events of an order that nobody placed: it was placed, and its payment was declined."""
    key = str(uuid4())
    data = {
        "order_id": key,
        "user_id": "nobody",
        "items": [{"product_id": product.id, "quantity": quantity}],
        "payment_method": "card_declined",
        "status": "pending",
        "total": product.price * quantity,
    }
    return (
        event("order.placed", key, data),
        event("payments.charge.refused", key, {**data, "reason": "payment_declined"}),
    )


def event(type: str, key: str, data: dict[str, Any]) -> dict[str, Any]:
    """Each has a source of its own: they may come in any order."""
    id = str(uuid4())
    return {
        "specversion": "1.0",
        "id": id,
        "source": f"/tests/{id}",
        "type": type,
        "subject": key,
        "time": NOW,
        "datacontenttype": "application/json",
        "workflow": "checkout",
        "data": data,
    }
