"""A server for all tests of this folder, and projects that can use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases.places import ROW, Place, written
from tests.databases.server import Postgres, running
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("databases"))


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with running() as postgres:
        yield postgres


def shop_in(pattern: str) -> Recipe:
    """The shop in this pattern, with an adapter for PostgreSQL."""
    return Recipe("e-commerce", pattern, database="postgresql")


@pytest.fixture(scope="session")
def python(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of an environment that holds what a project with this database needs."""
    return workshop.python(written(tmp_path_factory.mktemp("first") / "mall"))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, server: Postgres, python: str, tmp_path: Path) -> Place:
    """A project that has started once, and holds a row."""
    url = server.new_database() if request.param == "postgresql" else f"sqlite:///{tmp_path}/mall.db"
    place = Place(written(tmp_path / "mall"), url, python)
    place.started(ROW)
    return place
