"""A process dies right before or after a commit, and every order ends as if nothing had happened.

`--all` takes every point of every way through the checkout, else a sample with all kinds of commits.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import PATTERNS, generate
from tests.faults.crashes import assert_orders_survive, prepare, running
from tests.faults.mutants import MUTANTS, Mutant, mutate
from tests.support.system import eventually

FOUND_OUT_SECONDS = 90.0


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_order_survives_a_death_at_every_commit(
    pattern: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    project = tmp_path / "shop"
    generate(pattern, project)

    assert_orders_survive(project, pattern, all_points=bool(pytestconfig.getoption("--all")))


@pytest.mark.long
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
