"""A server for all tests of this folder, and shops that can use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source
from tests.brokers.generated import write_project
from tests.databases.server import Postgres, running


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


def write_shop(pattern: str, folder: Path, **choices: str) -> Path:
    """The shop in this pattern, with an adapter for PostgreSQL."""
    preset = load_catalog().find("preset", "e-commerce", "fastapi")
    assert preset
    source = preset_source(preset, "shop", pattern, "fastapi", database="postgresql", **choices)
    write_project(source, folder)
    return folder
