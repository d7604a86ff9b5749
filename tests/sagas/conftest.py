"""A shop as microservices, each test module with one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.crashes import prepare
from tests.sagas.stage import Stage, staged
from tests.support.project import shop_in


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared to die where a test wants it, and never started: tests take copies."""
    folder = shop_in(tmp_path_factory.mktemp("project") / "shop", "microservices", "eureka")
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def one_each(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running shop with one process of each service."""
    with staged(project, tmp_path_factory.mktemp("one-each")) as stage:
        yield stage


@pytest.fixture(scope="module")
def two_each(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running shop with two processes of each service."""
    flags = [
        word for name in ("users", "products", "orders", "payments") for word in ("--instances", f"{name}=2")
    ]
    with staged(project, tmp_path_factory.mktemp("two-each"), *flags) as stage:
        yield stage
