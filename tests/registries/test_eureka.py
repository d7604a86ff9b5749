"""The shop on a real Eureka: instances are there when they are ready, and gone when they are not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import copy_of
from tests.registries.spring import apps_of, eureka, eureka_pair
from tests.support.project import shop_in
from tests.support.shop import Shop, open_shop
from tests.support.system import REGISTRY, RUN, System, eventually

pytestmark = [pytest.mark.needs("mvn", "javac"), pytest.mark.timeout(900)]

ALL = {"users": 1, "products": 1, "orders": 2, "payments": 1}
NOTICED_SECONDS = 120.0
"""A lease of 15 seconds, Eureka's own rounds, and a busy machine."""


@dataclass(frozen=True, slots=True)
class Stage:
    system: System
    registry: str
    shop: Shop

    def wait_for(self, **changes: int) -> None:
        """Return when the registry knows all instances, but so many of these services."""
        wanted = {name: count for name, count in {**ALL, **changes}.items() if count}

        def is_told() -> bool:
            known = apps_of(self.registry) or {}
            return {name: count for name, count in known.items() if count} == wanted

        eventually(is_told, NOTICED_SECONDS, f"the registry knows {wanted}", every=0.2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop_in(tmp_path_factory.mktemp("eureka") / "shop", "microservices", "eureka")


@pytest.fixture(scope="module")
def stage(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    log = folder.with_name("run.log")
    with eureka(tmp_path_factory.mktemp("spring")) as registry:
        variables = {"DISCOVERY_URL": f"eureka+{registry}"}
        with (
            System(folder, log, "--instances", "orders=2", variables=variables) as system,
            open_shop(system.url) as shop,
        ):
            yield Stage(system, registry, shop)


def test_processes_find_each_other(stage: Stage) -> None:
    stage.wait_for()
    buyer = stage.shop.register()
    assert buyer.buy((buyer.product(), 1)).status == "confirmed"


def test_the_registry_that_comes_along_is_not_started(stage: Stage) -> None:
    assert REGISTRY not in stage.system.services


def test_who_ends_says_goodbye_and_who_starts_is_known(stage: Stage) -> None:
    stage.wait_for()
    with stage.system.without_restarts():
        stage.system.kill("payments", signal.SIGTERM)
        stage.wait_for(payments=0)
    stage.wait_for()


def test_who_is_killed_is_forgotten_after_its_lease(stage: Stage) -> None:
    stage.wait_for()
    with stage.system.without_restarts():
        stage.system.kill("orders.1")
        stage.wait_for(orders=1)
    stage.wait_for()


@pytest.mark.exhaustive
def test_of_two_registries_one_dies_and_instances_are_known_as_before(folder: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "spring"
    with eureka_pair(scratch) as (first, second):
        variables = {"DISCOVERY_URL": f"eureka+{first.url},{second.url}"}
        copy_of(folder, tmp_path / "shop")
        with (
            System(
                tmp_path / "shop", tmp_path / "log", "--instances", "orders=2", variables=variables
            ) as system,
            open_shop(system.url) as shop,
        ):
            pair = Stage(system, second.url, shop)
            pair.wait_for()
            first.kill()
            with system.without_restarts():
                system.kill("payments", signal.SIGTERM)
                pair.wait_for(payments=0)
            pair.wait_for()
            buyer = shop.register()
            assert buyer.buy((buyer.product(), 1)).status == "confirmed"


@pytest.mark.parametrize("url", ["eureka+registry:8761", "eureka+http://"])
def test_a_wrong_url_ends_the_start_with_a_line(folder: Path, tmp_path: Path, url: str) -> None:
    copy_of(folder, tmp_path / "shop")
    done = subprocess.run(
        [*RUN, str(tmp_path / "shop"), "--json"],
        env={**os.environ, "DISCOVERY_URL": url},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 6
    last = json.loads(done.stdout)["data"]["last_lines"][-1]
    assert last == "DISCOVERY_URL must have the form eureka+http://registry:8761/eureka"
