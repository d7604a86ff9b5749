"""What every process tells about itself: that it lives and is ready, what it does, what it can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx

from tests.contract.metrics import Metrics, read_metrics
from tests.support.shop import Shop, ok
from tests.support.system import Service, System, eventually

PUBLIC = {
    "/users": {"post"},
    "/login": {"post"},
    "/users/me": {"get"},
    "/products": {"get", "post"},
    "/products/{}": {"get"},
    "/orders": {"get", "post"},
    "/orders/{}": {"get"},
    "/payments": {"get"},
}


def _get(service: Service, path: str) -> httpx.Response:
    return httpx.get(service.url + path, timeout=10, trust_env=False)


def _sum(system: System, name: str, **labels: str) -> float:
    return sum(read_metrics(service).sum(name, **labels) for service in system.workers)


def test_every_process_says_that_it_lives(system: System) -> None:
    for service in system.services.values():
        assert _get(service, "/livez").status_code == 200, service.name


def test_every_process_says_that_it_is_ready(system: System) -> None:
    for service in system.workers:
        assert _get(service, "/readyz").status_code == 200, service.name


def test_every_process_has_metrics_for_prometheus(system: System) -> None:
    for service in system.workers:
        kinds = read_metrics(service).kinds
        assert kinds["http_requests_total"] == "counter", service.name
        assert kinds["http_request_duration_seconds"] == "histogram", service.name


def test_every_process_that_handles_steps_or_events_counts_them(system: System) -> None:
    for name in ("products", "orders", "payments"):
        kinds = read_metrics(system.part(name)).kinds
        assert kinds["tasks_total"] == "counter", name
        assert kinds["tasks_waiting"] == "gauge", name


def test_requests_are_counted_by_route_and_status(system: System, seller: Shop) -> None:
    product = seller.product()
    before = read_metrics(system.part("products"))

    for _ in range(3):
        seller.get(f"/products/{product.id}")
    seller.get("/products/nothing")
    after = read_metrics(system.part("products"))

    def more(**labels: str) -> float:
        name = "http_requests_total"
        return after.sum(name, method="GET", **labels) - before.sum(name, method="GET", **labels)

    route = _route_of(after)
    assert more(route=route, status="200") == 3
    assert more(route=route, status="404") == 1


def _route_of(metrics: Metrics) -> str:
    """How the route of one product is called: the name of the parameter is free."""
    routes = metrics.values_of("http_requests_total", "route")
    [route] = (route for route in routes if re.fullmatch(r"/products/\{\w+\}", route))
    return route


def test_the_time_of_requests_is_kept_by_route(system: System, seller: Shop) -> None:
    product = seller.product()
    before = read_metrics(system.part("products"))

    for _ in range(3):
        seller.get(f"/products/{product.id}")
    after = read_metrics(system.part("products"))

    labels = {"method": "GET", "route": _route_of(after)}
    name = "http_request_duration_seconds"
    assert after.sum(f"{name}_count", **labels) - before.sum(f"{name}_count", **labels) == 3
    assert after.sum(f"{name}_sum", **labels) > before.sum(f"{name}_sum", **labels)
    assert after.sum(f"{name}_bucket", le="+Inf", **labels) == after.sum(f"{name}_count", **labels)


def test_what_clients_invent_does_not_become_a_metric(system: System, seller: Shop, shop: Shop) -> None:
    product = seller.product()
    shop.get(f"/products/{product.id}")
    for service in system.workers:
        _get(service, "/products/invented-id/and/more")
        httpx.request("INVENTED", service.url + "/products", trust_env=False)

        text = _get(service, "/metrics").text

        assert product.id not in text
        assert "invented" not in text.lower()


def test_handled_failed_and_waiting_steps_are_counted(system: System, seller: Shop, buyer: Shop) -> None:
    done, failed = _sum(system, "tasks_total", outcome="done"), _sum(system, "tasks_total", outcome="failed")

    assert buyer.buy((seller.product(), 1), card="card_flaky").status == "confirmed"

    eventually(lambda: _sum(system, "tasks_total", outcome="done") > done, 5, "a step more is done")
    assert _sum(system, "tasks_total", outcome="failed") >= failed + 2
    eventually(lambda: _sum(system, "tasks_waiting") == 0, 10, "nothing is waiting")


def test_the_merged_description_holds_the_whole_public_contract_and_no_more(shop: Shop) -> None:
    assert _operations(ok(shop.get("/openapi.json"))) == PUBLIC


def test_every_process_describes_its_own_part(system: System) -> None:
    described: dict[str, set[str]] = {}
    for service in system.workers:
        described |= _operations(_get(service, "/openapi.json").json())

    assert described == PUBLIC


def test_the_merged_description_is_whole(shop: Shop) -> None:
    document = ok(shop.get("/openapi.json"))

    assert document["openapi"].startswith("3.")
    for reference in _references(document):
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def _operations(document: dict[str, Any]) -> dict[str, set[str]]:
    return {re.sub(r"\{\w+\}", "{}", path): set(methods) for path, methods in document["paths"].items()}


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
