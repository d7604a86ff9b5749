"""A process dies right before or after a commit, and every order ends as if nothing had happened.

`--thorough` takes every point of every way through the checkout, else a sample with all kinds of commits.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.conftest import PATTERNS, generate
from tests.faults.crashes import ENDS, Laboratory, Point, laboratory, prepare
from tests.faults.mutants import MUTANTS, Mutant, mutate
from tests.support.shop import open_shop
from tests.support.system import NotInTime, System, eventually

REST_SECONDS = 60.0
FOUND_OUT_SECONDS = 90.0
KINDS = {
    "monolith": {"accept", "effect"},
    "microservices": {"accept", "answer", "step", "effect"},
    "event-driven": {"accept", "publish", "forget", "inbox", "effect", "acknowledge"},
}
"""What is written in the commits at which a process dies, by pattern."""


@contextmanager
def running(project: Path) -> Iterator[Laboratory]:
    """The project, prepared, with a shop in it."""
    with ExitStack() as stack:
        system = stack.enter_context(System(project, project.parent / "run.log"))
        visitor = stack.enter_context(open_shop(system.url))
        yield stack.enter_context(laboratory(system, visitor.register()))


def points(shop: Laboratory, way: str, all_of_them: bool) -> list[Point]:
    found = shop.points_of(way)
    if all_of_them:
        return found
    first = [point for point in found if point.number == 1]
    return first if way == "card" else [point for point in first if point.kind == "effect"]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_order_survives_a_death_at_every_commit(
    pattern: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    thorough = bool(pytestconfig.getoption("--thorough"))
    project = tmp_path / "shop"
    generate(pattern, project)
    prepare(project)

    with running(project) as shop:
        aims = [(point, way) for way in ENDS for point in points(shop, way, thorough)]
        wrong = [problem for point, way in aims if (problem := shop.die_at(point, way))]
        try:
            eventually(lambda: not shop.wrong(), REST_SECONDS, "all holds", every=0.5)
        except NotInTime:
            wrong += shop.wrong()

    counts = f"{len(shop.placed)} orders, {len(shop.deaths)} deaths, {len(shop.missed)} missed"
    sys.stdout.write(f"{pattern}: {counts}, {len(wrong)} wrong\n")
    assert not wrong, "\n".join(wrong)
    assert {point.kind for point in shop.deaths} >= KINDS[pattern]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_shop_that_breaks_its_promise_is_found_out(mutant: Mutant, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    generate(mutant.pattern, project)
    prepare(project)
    mutate(project, *mutant.changes)

    with running(project) as shop:
        if not shop.die_at(mutant.point, "card", patience=FOUND_OUT_SECONDS):
            eventually(shop.wrong, FOUND_OUT_SECONDS, "something is wrong", every=0.5)
