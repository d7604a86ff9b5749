"""Instances come and go while clients are served: nobody notices."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.balancing.crowd import CLIENTS, Crowd, shopping
from tests.balancing.fronts import haproxy, haproxy_of_the_registry
from tests.contract.metrics import read_metrics
from tests.support.hanging import hanging
from tests.support.project import shop_in
from tests.support.shop import Product, Shop, open_shop
from tests.support.system import REGISTRY, Service, System, eventually

SERVICES = ("users", "products", "orders", "payments")


@contextmanager
def caddy_of_run(system: System, _: Path) -> Iterator[str]:
    yield system.url


@contextmanager
def haproxy_by_names(system: System, scratch: Path) -> Iterator[str]:
    names = SERVICES if system.instances("orders") else ("shop",)
    ports = {name: [each.port for each in system.instances(name)] for name in names}
    with haproxy(system.folder, ports, scratch) as url:
        yield url


@contextmanager
def haproxy_by_registry(system: System, scratch: Path) -> Iterator[str]:
    registry = f"eureka+{system.services[REGISTRY].url}/eureka"
    with haproxy_of_the_registry(system.folder, registry, scratch) as url:
        yield url


@dataclass(frozen=True, slots=True)
class Case:
    pattern: str
    discovery: str
    front: Callable[[System, Path], AbstractContextManager[str]]

    @property
    def scaled(self) -> str:
        """The process that takes orders."""
        return "shop" if self.pattern == "monolith" else "orders"


CASES: Mapping[str, Case] = {
    "monolith-caddy": Case("monolith", "static", caddy_of_run),
    "monolith-haproxy": Case("monolith", "static", haproxy_by_names),
    "microservices-caddy": Case("microservices", "static", caddy_of_run),
    "microservices-haproxy-names": Case("microservices", "static", haproxy_by_names),
    "microservices-haproxy-dns": Case("microservices", "dns", haproxy_by_names),
    "microservices-haproxy-registry": Case("microservices", "eureka", haproxy_by_registry),
    "event-driven-caddy": Case("event-driven", "static", caddy_of_run),
    "event-driven-haproxy": Case("event-driven", "static", haproxy_by_names),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A shop in which three processes take orders, as clients see it through a front."""

    system: System
    instances: list[Service]
    buyer: Shop
    product: Product

    def asked(self, instance: Service) -> float:
        """How many orders it has taken since it was started."""
        return read_metrics(instance).sum("http_requests_total", route="/orders", method="POST")

    def wait_until_asked(self, *instances: Service) -> None:
        """Return when each of them has taken an order more."""
        before = {each.name: self.asked(each) for each in instances}

        def all_are() -> bool:
            return all(self.asked(each) > before[each.name] for each in instances)

        eventually(all_are, 30, f"{', '.join(before)} take orders")


AFTER_READY = 1.0
"""Seconds from the readiness of an instance to the end of the next one."""
SAMPLE = ("monolith-caddy", "microservices-haproxy-registry")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(
            case,
            id=name,
            marks=[
                *([] if name in SAMPLE else [pytest.mark.exhaustive]),
                *([pytest.mark.needs("haproxy")] if "haproxy" in name else []),
            ],
        )
        for name, case in CASES.items()
    ],
)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    case: Case = request.param
    scratch = tmp_path_factory.mktemp("stage")
    folder = shop_in(scratch / "shop", case.pattern, case.discovery)
    with (
        System(folder, scratch / "run.log", "--instances", f"{case.scaled}=3") as system,
        case.front(system, scratch) as url,
        open_shop(url) as shop,
    ):
        eventually(lambda: shop.get("/products").status_code == 200, 30, "the front knows the instances")
        buyer = eventually(lambda: _registered(shop), 30, "the front knows all instances")
        yield Stage(system, system.instances(case.scaled), buyer, buyer.product(stock=1_000_000))


def _registered(shop: Shop) -> Shop | None:
    try:
        return shop.register()
    except AssertionError:
        return None


@contextmanager
def served(stage: Stage) -> Iterator[Crowd]:
    """Inside, clients are served by all instances."""
    with shopping(stage.buyer, stage.product) as crowd:
        stage.wait_until_asked(*stage.instances)
        yield crowd


def test_a_third_instance_comes_and_no_request_fails(stage: Stage) -> None:
    *_, third = stage.instances
    with ExitStack() as while_it_is_gone:
        while_it_is_gone.enter_context(stage.system.without_restarts())
        stage.system.kill(third.name)
        stage.system.wait_not_ready(third.name)
        with shopping(stage.buyer, stage.product) as crowd:
            stage.wait_until_asked(*stage.instances[:2])
            crowd.failures.clear()  # of who was asked before it was known that the third is gone
            crowd.see_more()
            while_it_is_gone.close()
            stage.system.wait_ready(third.name)
            stage.wait_until_asked(third)

    assert crowd.failures == []


def test_instances_are_restarted_one_second_after_each_other_and_no_request_fails(stage: Stage) -> None:
    """While the last one restarts, only those that have just come are left."""
    *most, last = stage.instances
    with served(stage) as crowd:
        for some in (most, [last]):
            old = {each.name: stage.system.kill(each.name, signal.SIGTERM) for each in some}
            for name, pid in old.items():
                stage.system.wait_replaced(name, pid)
            time.sleep(AFTER_READY)
        stage.wait_until_asked(*stage.instances)

    seen = f"{len(stage.instances)} restarts, {crowd.answers.total()} requests"
    sys.stdout.write(f"{seen}; failed {len(crowd.failures)}\n")
    assert crowd.failures == []


def test_an_instance_that_hangs_is_left_alone_until_it_comes_back(stage: Stage) -> None:
    hung = stage.instances[0]
    with served(stage) as crowd:
        with hanging(stage.system, hung.name):
            stage.wait_until_asked(*stage.instances[1:])
            crowd.see_more()
        stage.wait_until_asked(hung)

    assert crowd.failures == []


def test_an_instance_that_is_killed_fails_only_what_it_was_about_to_answer(stage: Stage) -> None:
    with served(stage) as crowd:
        old = stage.system.kill(stage.instances[0].name)
        stage.system.wait_replaced(stage.instances[0].name, old)
        stage.wait_until_asked(stage.instances[0])

    assert len(crowd.failures) <= CLIENTS
