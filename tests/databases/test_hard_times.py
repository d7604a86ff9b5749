"""Two of each process, and the server itself: killed and stopped while orders come in. Nothing is lost."""

from __future__ import annotations

import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import pytest

from tests.databases.conftest import shop_in
from tests.databases.server import Postgres
from tests.generated.recipes import drafted
from tests.generated.workshop import Workshop
from tests.sagas.stage import Stage, staged
from tests.support.shop import Order, Product
from tests.support.system import GATEWAY

CARDS = ["card"] * 5 + ["card_declined"] * 2 + ["card_slow", "card_flaky", "card_lost_reply"]
ORDERS_PER_BLOW = 25
LONGEST_SECONDS = 1.0
BLOWS = {"event-driven": 8, "microservices": 3, "monolith": 3}
MANY_BLOWS = 60
CASES = [
    *BLOWS.items(),
    *(pytest.param(pattern, MANY_BLOWS, marks=pytest.mark.exhaustive) for pattern in BLOWS),
]


@dataclass(frozen=True, slots=True)
class Play:
    stage: Stage
    server: Postgres
    dice: random.Random

    def order(self) -> Order:
        products: list[Product] = self.dice.choices(self.stage.products, k=2)
        lines = [(product, self.dice.randint(1, 3)) for product in products]
        return self.stage.order(self.dice.choice(CARDS), None, *lines)

    def strike(self) -> str:
        """Hurt somebody; return what was done."""
        chance, system = self.dice.random(), self.stage.system
        if chance < 0.25:
            self.server.kill()
            time.sleep(self.dice.uniform(0, LONGEST_SECONDS))
            self.server.start()
            return "kills of the server"
        name = GATEWAY if chance < 0.3 else self.dice.choice(system.workers).name
        if chance > 0.8:
            system.kill(name, signal.SIGSTOP)
            time.sleep(self.dice.uniform(0, LONGEST_SECONDS))
            system.kill(name, signal.SIGCONT)
            return "pauses"
        system.kill(name)
        system.wait_ready(name)
        return "kills of processes"


def assert_holds_under(play: Play, blows: int) -> None:
    """Orders come in while so many things are done to the system. All are decided, and nothing is wrong."""
    done: Counter[str] = Counter()
    orders: list[Future[Order]] = []

    with ThreadPoolExecutor(2 * ORDERS_PER_BLOW) as clients:
        for _ in range(blows):
            orders += [clients.submit(play.order) for _ in range(ORDERS_PER_BLOW)]
            wait(orders[-ORDERS_PER_BLOW:], timeout=play.dice.uniform(0, LONGEST_SECONDS))
            done[play.strike()] += 1
    for order in orders:
        order.result()

    play.stage.check()
    hurt = ", ".join(f"{what} {count}" for what, count in sorted(done.items()))
    sys.stdout.write(f"{len(orders)} orders; {hurt}; lost 0, doubled 0, stuck 0\n")


@pytest.fixture(scope="module")
def play(
    request: pytest.FixtureRequest,
    server: Postgres,
    workshop: Workshop,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Play]:
    """A shop in the pattern of the tests, with two instances of each process."""
    recipe, scratch = shop_in(request.param), tmp_path_factory.mktemp("play")
    flags = [
        word for process in drafted(recipe).plan.deployables for word in ("--instances", f"{process.name}=2")
    ]
    variables = {"DATABASE_URL": server.new_database()}
    with staged(workshop.startable(recipe), scratch, *flags, variables=variables) as stage:
        yield Play(stage, server, random.Random(7))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("play", ["event-driven"], indirect=True)
def test_while_the_server_is_away_requests_are_told_to_come_again(play: Play) -> None:
    shop, product = play.stage.buyer, play.stage.products[0]
    order = play.stage.order("card")
    play.server.kill()
    try:
        answers = [shop.get(f"/orders/{order.id}"), shop.try_order((product, 1), key="while it is away")]
    finally:
        play.server.start()

    assert {answer.status_code for answer in answers} == {503}
    play.stage.order("card")
    play.stage.check()


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(("play", "blows"), CASES, indirect=["play"], scope="module")
def test_what_must_hold_holds_although_processes_and_server_are_killed(play: Play, blows: int) -> None:
    assert_holds_under(play, blows)
