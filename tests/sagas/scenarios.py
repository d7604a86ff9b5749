"""What a saga has to survive. Each raises an AssertionError where a promise is broken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.sagas.stage import Stage
from tests.support.shop import unique
from tests.support.system import eventually

PATIENCE = 25.0
"""Seconds: a process starts in a few, others wait 5 before they take over, and the machine may be busy."""


def the_orchestrator_dies_and_comes_back(stage: Stage) -> None:
    """It has taken an order, and nothing else."""
    with _dying(stage):
        order = stage.order()
    assert stage.end_of(order, PATIENCE).status == "confirmed"


def one_of_two_orchestrators_dies_for_good(stage: Stage) -> None:
    with stage.system.without_restarts(), _dying(stage):
        order = stage.order()
        assert stage.end_of(order, PATIENCE).status == "confirmed"


def an_undo_overtakes_its_action(stage: Stage) -> None:
    """The action comes late, and again: it is refused, and nothing is taken out of stock."""
    product = stage.buyer.product(stock=10)
    reserve, release = _deeds(product.id, 3)

    stage.ask("products", release)
    late = [stage.ask("products", reserve) for _ in range(2)]

    assert [answer["reason"] for answer in late] == ["undone", "undone"]
    assert stage.buyer.stock_of(product) == 10


def calls_come_twice_and_out_of_order(stage: Stage) -> None:
    """Reserve, reserve, release, release, reserve: nothing is left of it but the answers."""
    product = stage.buyer.product(stock=10)
    reserve, release = _deeds(product.id, 3)

    first = stage.ask("products", reserve)
    assert stage.buyer.stock_of(product) == 7
    again = stage.ask("products", reserve)
    assert (first["result"], again["result"], again["fresh"]) == (first["result"], first["result"], False)
    for call in (release, release, reserve):
        stage.ask("products", call)

    assert stage.buyer.stock_of(product) == 10


@contextmanager
def _dying(stage: Stage) -> Iterator[None]:
    """Inside, an orchestrator dies as soon as it has taken an order."""
    aim = stage.system.folder / "faults" / "kill"
    aim.write_text("orders.accept after 1")
    yield
    eventually(lambda: not aim.exists(), PATIENCE, "an orchestrator has died")


def _deeds(product: str, quantity: int) -> tuple[dict[str, object], dict[str, object]]:
    """To reserve, and to take that back."""
    key = unique()
    items = [{"product_id": product, "quantity": quantity}]
    context = {"order_id": key, "user_id": unique(), "items": items, "payment_method": "card", "total": 0}
    common: dict[str, object] = {"key": key, "context": context, "workflow": "checkout"}
    reserve = {**common, "action": "products.reserve"}
    return reserve, {**common, "action": "products.release", "undoes": "products.reserve", "final": True}
