"""A broker that loses what it has acknowledged: every order ends all the same, once."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.brokers.servers.nats import OFFERS, Nats
from tests.conftest import copy_of
from tests.contract.metrics import read_metrics
from tests.faults.event_stage import PATIENCE, order_many
from tests.faults.mutants import NO_WATCHDOG, mutate
from tests.generated.recipes import Recipe, write
from tests.sagas.stage import Stage, staged
from tests.support.event_log import log_of
from tests.support.hanging import hanging
from tests.support.shop import Order
from tests.support.system import eventually

ORDERS = 11
REPEATED = 60.0
"""Seconds within which a workflow is repeated once, and ends."""


@pytest.mark.long
def test_orders_end_whose_events_an_embedded_broker_lost(one_each: Stage) -> None:
    lost = [*_lose_start(one_each), *_lose_reservation(one_each), *_lose_charge(one_each)]
    _all_end(one_each, lost)

    one_each.check()
    orders = one_each.system.part("orders")
    assert read_metrics(orders).sum("workflows_resent_total") >= len(lost)
    eventually(lambda: read_metrics(orders).sum("workflows_pending") == 0, PATIENCE, "nothing is pending")


def test_a_shop_without_a_watchdog_has_stuck_orders(project: Path, tmp_path: Path) -> None:
    copy_of(project, tmp_path / "mutant")
    mutate(tmp_path / "mutant", NO_WATCHDOG)
    with staged(tmp_path / "mutant", tmp_path) as stage:
        lost = _lose_reservation(stage)
        with pytest.raises(AssertionError):
            _all_end(stage, lost)


@pytest.mark.timeout(600)
def test_orders_end_though_a_server_of_nats_lost_its_disk(tmp_path: Path) -> None:
    [nats] = OFFERS
    write(Recipe("e-commerce", "event-driven", broker="nats"), tmp_path / "project")
    with ExitStack() as stack:
        server = stack.enter_context(nats.start(tmp_path))
        assert isinstance(server, Nats)
        variables = {"BROKER_URL": server.url("shop")}
        stage = stack.enter_context(staged(tmp_path / "project", tmp_path, variables=variables))
        assert stage.end_of(stage.order()).status == "confirmed"
        with hanging(stage.system, "products"):
            orders = order_many(stage, ORDERS)
            eventually(lambda: _unpublished(stage) == 0, PATIENCE, "all events are published")
            shutil.rmtree(tmp_path / "data")
            server.restart()
        _all_end(stage, orders)

        stage.check()


def _lose_start(stage: Stage) -> list[Order]:
    """New orders that products does not learn of."""
    with hanging(stage.system, "products"):
        orders = order_many(stage, ORDERS)
        _lose(stage, orders, "order.placed")
    return orders


def _lose_reservation(stage: Stage) -> list[Order]:
    """New orders for which products has reserved stock, which payments does not learn."""
    with hanging(stage.system, "payments"):
        orders = order_many(stage, ORDERS)
        _lose(stage, orders, "stock.reserved")
    return orders


def _lose_charge(stage: Stage) -> list[Order]:
    """New orders whose payment was decided, which neither products nor orders learn."""
    with ExitStack() as without_payments:
        without_payments.enter_context(hanging(stage.system, "payments"))
        orders = order_many(stage, ORDERS)
        _wait_stored(stage, orders, "stock.reserved")
        with hanging(stage.system, "orders"), hanging(stage.system, "products"):
            without_payments.close()
            _lose(stage, orders, "payment.captured", "payments.charge.refused")
    return orders


def _lose(stage: Stage, orders: Sequence[Order], *types: str) -> None:
    """Remove all events from the broker once it has stored one of these types for each order."""
    _wait_stored(stage, orders, *types)
    with log_of(stage.system).writing() as log:
        log.execute("DELETE FROM log")


def _wait_stored(stage: Stage, orders: Sequence[Order], *types: str) -> None:
    def stored() -> bool:
        events = log_of(stage.system).events()
        keys = {event["subject"] for event in events if event["type"] in types}
        return {order.id for order in orders} <= keys

    eventually(stored, PATIENCE, f"{types} are stored for every order")


def _unpublished(stage: Stage) -> float:
    return read_metrics(stage.system.part("orders")).sum("outbox_waiting")


def _all_end(stage: Stage, orders: Sequence[Order]) -> None:
    assert all(stage.end_of(order, within=REPEATED).is_final for order in orders)
