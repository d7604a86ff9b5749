"""Has a running shop die at named points, one after the other, and says what came of it."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.contract.invariants import Witness, violations
from tests.support.shop import AGAIN, Order, Product, Shop, ok, open_shop, read
from tests.support.system import NotInTime, System, eventually

END_SECONDS = 40.0
"""For an order in which a process dies: it is started again, and finds what it was at."""
TRIES = 3
"""Orders to come to a point that not every order comes to."""
REST_SECONDS = 60.0
ENDS = {"card": "confirmed", "card_declined": "cancelled", "scarce": "cancelled"}
"""Each way through the checkout, by its card or its product, and the status in which it ends."""
KINDS = {
    "monolith": {"accept", "effect"},
    "microservices": {"accept", "answer", "step", "effect"},
    "event-driven": {"accept", "publish", "forget", "inbox", "effect", "acknowledge"},
}
"""What is written in the commits at which a process dies, by pattern."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where to die: at the `number`-th time that a process comes there."""

    name: str
    when: str
    number: int

    @property
    def kind(self) -> str:
        return self.name.rpartition(".")[2]

    def __str__(self) -> str:
        return f"{self.name} {self.when} {self.number}"


@dataclass(slots=True)
class Laboratory:
    """A running shop whose processes can be told where to die."""

    system: System
    buyer: Shop
    plenty: Product
    scarce: Product
    placed: list[Order] = field(default_factory=list)
    deaths: list[Point] = field(default_factory=list)
    missed: list[Point] = field(default_factory=list)

    @property
    def faults(self) -> Path:
        return self.system.folder / "faults"

    def order(self, way: str) -> Order:
        product, card = (self.scarce, "card") if way == "scarce" else (self.plenty, way)
        order = self.buyer.order_until_answered((product, 1), card=card)
        self.placed.append(order)
        return order

    def points_of(self, way: str) -> list[Point]:
        """All that an undisturbed order of this kind comes through, in order."""
        self.rest()
        journal = self.faults / "reached"
        journal.write_text("")
        assert self.buyer.final(self.order(way)).status == ENDS[way]
        self.rest()
        counts: Counter[str] = Counter()
        points = []
        for line in journal.read_text().splitlines():
            counts[line] += 1
            name, when = line.split()
            points.append(Point(name, when, counts[line]))
        return points

    def die_at(self, point: Point, way: str, patience: float = END_SECONDS) -> str:
        """Place orders until a process dies there; what is wrong with the end of one, or nothing.

        Events that come together are acknowledged together, so that not every order has a third
        acknowledgement: a point that none of some orders comes to is `missed`, unless it has to be there.
        """
        for _ in range(TRIES):
            died = len(self.deaths)
            if (problem := self._die_once(point, way, patience)) or len(self.deaths) > died:
                return problem
        if point.number == 1:
            return f"{way}: {point} is not reached"
        self.missed.append(point)
        return ""

    def _die_once(self, point: Point, way: str, patience: float) -> str:
        wanted = self.faults / "kill"
        (self.faults / "next").write_text(f"{point}#{time.monotonic_ns()}")
        (self.faults / "next").rename(wanted)
        before = self._pids()
        order = self.order(way)
        try:
            end = eventually(lambda: self._end_of(order), patience, f"order {order.id} is decided")
            self.rest()
        except NotInTime as late:
            return f"{way}, death at {point}: {late}"
        finally:
            reached = not wanted.exists()
            wanted.unlink(missing_ok=True)
        if reached:
            self.deaths.append(point)
        for name, pid in before.items():
            if self.system.pid_of(name) != pid:
                self.system.wait_ready(name)
        return "" if end == ENDS[way] else f"{way}, death at {point}: the order is {end}"

    def rest(self) -> None:
        """Wait until nothing is written any more."""
        journal, seen, since = self.faults / "reached", -1, time.monotonic()

        def quiet() -> bool:
            nonlocal seen, since
            size = journal.stat().st_size if journal.exists() else 0
            if size != seen:
                seen, since = size, time.monotonic()
            return time.monotonic() - since > 0.4

        eventually(quiet, END_SECONDS, "rest")

    def wrong(self) -> list[str]:
        """What does not hold, now that all is at rest."""
        return violations(self.system, Witness([self.buyer], [self.plenty, self.scarce], self.placed))

    def _end_of(self, order: Order) -> str:
        """Its final status; nothing as long as there is none, or nobody to ask."""
        answer = self.buyer.get(f"/orders/{order.id}")
        if answer.status_code in AGAIN:
            return ""
        seen = read(Order, ok(answer))
        return seen.status if seen.is_final else ""

    def _pids(self) -> dict[str, int]:
        return {service.name: self.system.pid_of(service.name) for service in self.system.workers}


def assert_orders_survive(
    project: Path, pattern: str, all_points: bool, variables: Mapping[str, str] | None = None
) -> None:
    """A process dies right before or after a commit, and every order ends as if nothing had happened.

    At all points of every way through the checkout, or at a sample with all kinds of commits.
    """
    prepare(project)
    with running(project, variables) as shop:
        aims = [(point, way) for way in ENDS for point in _points(shop, way, all_points)]
        wrong = [problem for point, way in aims if (problem := shop.die_at(point, way))]
        try:
            eventually(lambda: not shop.wrong(), REST_SECONDS, "all holds", every=0.5)
        except NotInTime:
            wrong += shop.wrong()

    counts = f"{len(shop.placed)} orders, {len(shop.deaths)} deaths, {len(shop.missed)} missed"
    sys.stdout.write(f"{pattern}: {counts}, {len(wrong)} wrong\n")
    assert not wrong, "\n".join(wrong)
    assert {point.kind for point in shop.deaths} >= KINDS[pattern]


@contextmanager
def running(project: Path, variables: Mapping[str, str] | None = None) -> Iterator[Laboratory]:
    """The project, which must have been prepared, with a shop in it."""
    with ExitStack() as stack:
        system = stack.enter_context(System(project, project.parent / "run.log", variables=variables))
        visitor = stack.enter_context(open_shop(system.url))
        yield _furnished(system, visitor.register())


def prepare(project: Path) -> None:
    """Have the processes of this project know where to die."""
    (project / "faults").mkdir()
    shutil.copy(Path(__file__).with_name("crash_points.py"), project / "src" / "sitecustomize.py")


def _furnished(system: System, seller: Shop) -> Laboratory:
    scarce = seller.product(price=700, stock=1)
    plenty = seller.product(price=500, stock=100_000)
    buyer = seller.register()
    sold_out = buyer.buy((scarce, 1))
    assert sold_out.status == "confirmed"
    shop = Laboratory(system, buyer, plenty, scarce, [sold_out])
    shop.rest()
    return shop


def _points(shop: Laboratory, way: str, all_of_them: bool) -> list[Point]:
    found = shop.points_of(way)
    if all_of_them:
        return found
    first = [point for point in found if point.number == 1]
    return first if way == "card" else [point for point in first if point.kind == "effect"]
