"""A project with this broker passes its own checks in the environment that its lock describes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from blueprint.runtime.description import Environment
from blueprint.runtime.environment import OWN, prepare_environment, process_variables
from tests.brokers.generated import office_spec, write_project
from tests.brokers.servers import Offer

CHECKS = ("pytest", "ruff check", "ruff format --check", "mypy")
ENVIRONMENT = Environment(OWN, "requirements-dev.lock", "src")


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Offer, str], None]:
    """Runs a check of the project with a broker."""
    folder = tmp_path_factory.mktemp("projects")

    def run(broker: Offer, check: str) -> None:
        project = folder / broker.broker
        if not project.exists():
            write_project(office_spec(broker.broker), project, broker.packs)
        python = Path(prepare_environment(project, ENVIRONMENT, lambda _: nullcontext()))
        program, *arguments = check.split()
        variables = {**process_variables(None), "MYPY_CACHE_DIR": str(folder / "mypy")}
        command = [str(python.with_name(program)), *arguments]
        done = subprocess.run(
            command, cwd=project, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert done.returncode == 0, done.stdout[-5000:]

    return run


@pytest.mark.parametrize("name", CHECKS)
def test_a_project_passes_its_own_check(
    check: Callable[[Offer, str], None], broker: Offer, name: str
) -> None:
    check(broker, name)
