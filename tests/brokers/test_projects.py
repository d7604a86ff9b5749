"""A project with this broker passes its own checks in the environment that its lock describes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.runtime.description import Environment
from blueprint.runtime.environment import OWN, prepare_environment, process_variables
from tests.brokers.generated import office_spec, write_project
from tests.generated.test_projects import CHECKS
from tests.generated.workshop import output

BROKERS = [pack.id for pack in load_catalog().offers("broker", "fastapi") if not pack.default]
ENVIRONMENT = Environment(OWN, "requirements-dev.lock", "src")


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], str]:
    """Runs a check of the project with a broker."""
    folder = tmp_path_factory.mktemp("projects")

    def run(broker: str, check: str) -> str:
        project = folder / broker
        if not project.exists():
            write_project(office_spec(broker), project)
        python = Path(prepare_environment(project, ENVIRONMENT, lambda _: nullcontext()))
        program, *arguments = check.split()
        variables = {**process_variables(None), "MYPY_CACHE_DIR": str(folder / "mypy")}
        return output([str(python.with_name(program)), *arguments], project, variables)

    return run


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("broker", BROKERS)
def test_a_project_passes_its_own_check(check: Callable[[str, str], str], broker: str, name: str) -> None:
    check(broker, name)
