"""Systems that are hurt: each test file has its own, prepared for what it does to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sagas.stage import Stage, staged
from tests.support.project import shop_in


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An event-driven shop that is never started: tests take copies."""
    return shop_in(tmp_path_factory.mktemp("project") / "shop", "event-driven")


@pytest.fixture(scope="module")
def one_each(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running shop with one process of each service."""
    with staged(project, tmp_path_factory.mktemp("one-each")) as stage:
        yield stage
