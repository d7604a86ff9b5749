"""What a request has led to is one trace, through all processes; each span is a part of what caused it."""

from __future__ import annotations

import secrets
import signal
import time
from pathlib import Path

from tests.support.shop import Order, created, ok, order_form, read
from tests.support.system import eventually
from tests.tracing.collector import Collector, Span, collecting
from tests.tracing.conftest import Traced, traced

SECONDS = 20.0
CALLER = "00f067aa0ba902b7"


def order(shop: Traced, card: str = "card") -> tuple[Order, str]:
    """A user logs in and orders, all in one trace; the order at its end, and the id of the trace."""
    trace, user = secrets.token_hex(16), shop.user
    headers = {"traceparent": f"00-{trace}-{CALLER}-01"}
    product = user.product()
    ok(user.post("/login", dict(user.form), headers))
    form = order_form((product, 1), card=card)
    return user.final(read(Order, created(user.post("/orders", form, headers)))), trace


def line_to(shop: Traced, trace: str, last: str) -> list[str]:
    """The line of causes that ends there, once it has been told."""

    def line() -> list[str] | None:
        found = list(shop.collector.line(trace, last))
        return found if found[:1] == ["orders: POST /orders"] else None

    return eventually(line, SECONDS, f"a line from the order to {last}")


def roots(collector: Collector, trace: str) -> list[Span]:
    """The spans of the trace that are no part of another one in it."""
    spans = collector.trace(trace)
    return [span for span in spans if span.parent not in {each.id for each in spans}]


def test_events_carry_a_trace_through_all_services(event_driven: Traced) -> None:
    _, trace = order(event_driven)

    assert line_to(event_driven, trace, "orders: orders.confirm") == [
        "orders: POST /orders",
        "orders: create order.placed",
        "products: process products.reserve",
        "products: create stock.reserved",
        "payments: process payments.charge",
        "payments: create payment.captured",
        "orders: process orders.confirm",
        "orders: orders.confirm",
    ]
    assert_one_trace_of_all_services(event_driven, trace)


def assert_one_trace_of_all_services(shop: Traced, trace: str) -> None:
    """The trace has spans of every service, and its only roots are the caller's two requests.

    Each process exports its spans on its own schedule, so the last batch may arrive late.
    """
    services = {"users", "products", "orders", "payments"}
    requests = {("users: POST /login", CALLER), ("orders: POST /orders", CALLER)}

    def complete() -> bool:
        exported = {span.service for span in shop.collector.trace(trace)}
        found = {(str(span), span.parent) for span in roots(shop.collector, trace)}
        return exported == services and found == requests

    eventually(complete, SECONDS, "one trace of all services")


def test_calls_carry_a_trace_through_all_services(microservices: Traced) -> None:
    _, trace = order(microservices)

    for service, action in (("products", "products.reserve"), ("payments", "payments.charge")):
        assert line_to(microservices, trace, f"{service}: {action}") == [
            "orders: POST /orders",
            "orders: process run workflow",
            f"orders: POST /internal/actions/{action}",
            f"{service}: POST /internal/actions/{{name}}",
            f"{service}: {action}",
        ]
    line_to(microservices, trace, "orders: orders.confirm")
    assert_one_trace_of_all_services(microservices, trace)


def test_each_attempt_is_a_span_of_the_same_cause(event_driven: Traced) -> None:
    _, trace = order(event_driven, card="card_flaky")
    line_to(event_driven, trace, "orders: orders.confirm")

    def charges() -> list[Span] | None:
        spans = [
            span for span in event_driven.collector.trace(trace) if span.name == "process payments.charge"
        ]
        return spans if spans and not spans[-1].failed else None

    attempts = eventually(charges, SECONDS, "the attempt that succeeds")

    assert [span.failed for span in attempts][-2:] == [True, False]
    assert len({span.parent for span in attempts}) == 1


def test_a_log_has_the_id_of_the_trace(event_driven: Traced) -> None:
    _, trace = order(event_driven)

    def services() -> bool:
        lines = [line for line in event_driven.system.log_lines() if line.get("trace_id") == trace]
        return {line["service"] for line in lines} == {"users", "products", "orders", "payments"}

    eventually(services, SECONDS, "a line of each service")


def test_what_was_not_told_yet_is_told_at_the_end(tmp_path: Path) -> None:
    with collecting() as collector:
        with traced("monolith", tmp_path, collector, every=600_000) as shop:
            _, trace = order(shop)
            assert collector.spans == []

        assert collector.line(trace, "shop: orders.confirm")[:1] == ["shop: POST /orders"]


def test_a_collector_that_is_away_costs_nobody_anything(tmp_path: Path) -> None:
    with collecting() as away:
        pass

    with traced("event-driven", tmp_path, away) as shop:
        assert [order(shop)[0].status for _ in range(5)] == ["confirmed"] * 5
        begun = time.monotonic()
        assert shop.system.stop() == 128 + signal.SIGTERM

    assert time.monotonic() - begun < SECONDS
    assert away.spans == []
