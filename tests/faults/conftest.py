"""A shop as microservices, each test module with one of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.stage import Stage, staged
from tests.support.project import shop_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written, and never started: tests take copies."""
    return shop_in(tmp_path_factory.mktemp("project") / "shop", "microservices", "eureka")


@pytest.fixture(scope="session")
def mortal(project: Path) -> Path:
    """The same, with processes that die at the commit that they are told."""
    return make_mortal(project)


def make_mortal(project: Path) -> Path:
    description = project / ".blueprint/run.json"
    run = json.loads(description.read_text())
    entry = str(Path(__file__).with_name("entry"))
    for process in run["processes"]:
        command = [
            word.replace("shop.entrypoints.", "dying:").removesuffix(":create_app")
            if word.endswith(":create_app")
            else word
            for word in process["command"]
        ]
        if command != process["command"]:
            process["command"] = [*command, "--app-dir", entry]
    description.write_text(json.dumps(run))
    return project


@pytest.fixture(scope="module")
def one_each(mortal: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running shop with one process of each service."""
    with staged(mortal, tmp_path_factory.mktemp("one-each")) as stage:
        yield stage


@pytest.fixture(scope="module")
def two_each(mortal: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running shop with two processes of each service."""
    flags = [
        word for name in ("users", "products", "orders", "payments") for word in ("--instances", f"{name}=2")
    ]
    with staged(mortal, tmp_path_factory.mktemp("two-each"), *flags) as stage:
        yield stage
