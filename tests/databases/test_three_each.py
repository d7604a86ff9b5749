"""The event-driven shop as it is run for many: three of each service, PostgreSQL and NATS, all of it hurt."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.brokers.servers import Server
from tests.brokers.servers.nats import OFFERS
from tests.databases.server import Postgres
from tests.databases.test_hard_times import LONGEST_SECONDS, Play, assert_holds_under
from tests.generated.recipes import Recipe, drafted
from tests.generated.workshop import Workshop
from tests.sagas.stage import staged

BLOWS = [4, pytest.param(100, marks=pytest.mark.exhaustive)]
EACH = 3
OUTAGES = 0.1
"""Of all that is done."""


@dataclass(frozen=True, slots=True)
class Large(Play):
    broker: Server

    def strike(self) -> str:
        if self.dice.random() > OUTAGES:
            return Play.strike(self)
        with self.broker.outage():
            time.sleep(self.dice.uniform(0, LONGEST_SECONDS))
        return "outages of the broker"


@pytest.fixture
def large(server: Postgres, workshop: Workshop, tmp_path: Path) -> Iterator[Large]:
    recipe, [offer] = Recipe("e-commerce", "event-driven", "postgresql", "nats"), OFFERS
    flags = [
        word
        for service in drafted(recipe).plan.deployables
        for word in ("--instances", f"{service.name}={EACH}")
    ]
    (tmp_path / "nats").mkdir()
    with offer.start(tmp_path / "nats") as broker:
        variables = {"DATABASE_URL": server.new_database(), "BROKER_URL": broker.url("shop")}
        with staged(workshop.startable(recipe), tmp_path, *flags, variables=variables) as stage:
            yield Large(stage, server, random.Random(7), broker)


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("blows", BLOWS)
def test_twelve_processes_lose_nothing_whatever_is_killed(large: Large, blows: int) -> None:
    started = time.monotonic()

    assert_holds_under(large, blows)

    sys.stdout.write(f"in {time.monotonic() - started:.0f} s\n")
