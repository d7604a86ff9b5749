"""On PostgreSQL, too, an order ends well although a process dies right before or after a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import PATTERNS
from tests.databases.conftest import shop_in
from tests.databases.server import Postgres
from tests.faults.crashes import assert_orders_survive
from tests.generated.recipes import write

SAMPLE = "monolith"
"""The others take twice as long."""


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(pattern, marks=() if pattern == SAMPLE else pytest.mark.exhaustive)
        for pattern in PATTERNS
    ],
)
def test_an_order_survives_a_death_at_every_commit(
    server: Postgres, pattern: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    write(shop_in(pattern), project := tmp_path / "shop")
    variables = {"DATABASE_URL": server.new_database()}

    assert_orders_survive(project, pattern, bool(pytestconfig.getoption("--all")), variables)
