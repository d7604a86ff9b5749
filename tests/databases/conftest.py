"""A server for all tests of this folder, and projects that can use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases.server import Postgres, running
from tests.generated.recipes import Recipe


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("databases"))


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with running() as postgres:
        yield postgres


def shop_in(pattern: str) -> Recipe:
    """The shop in this pattern, with an adapter for PostgreSQL."""
    return Recipe("e-commerce", pattern, database="postgresql")
