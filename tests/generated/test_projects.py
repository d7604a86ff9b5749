"""A project passes its own checks in the environment that its lock describes, and runs."""

from __future__ import annotations

import re
import sys

import pytest

from blueprint.runtime.environment import process_variables
from blueprint.runtime.tools import locate
from blueprint.tree import RelPath
from tests.generated.recipes import RECIPES, Recipe, tree_of
from tests.generated.workshop import Workshop, output

pytestmark = pytest.mark.slow

CHECKS = ("pytest", "ruff check", "ruff format --check", "mypy")
IN_ITS_ENVIRONMENT = "uv run --no-project --with-requirements requirements-dev.lock"

every_project = pytest.mark.parametrize("recipe", RECIPES, ids=str)


@every_project
@pytest.mark.parametrize("check", CHECKS)
def test_a_project_passes_its_own_check(recipe: Recipe, check: str, workshop: Workshop) -> None:
    workshop.run(recipe, *check.split())


@every_project
def test_a_project_passes_its_smoke_test(recipe: Recipe, workshop: Workshop) -> None:
    output([sys.executable, "-m", "blueprint", "run", ".", "--smoke"], workshop.project(recipe))


@every_project
def test_the_checks_are_those_of_its_readme(recipe: Recipe) -> None:
    readme = tree_of(recipe)[RelPath("README.md")].content.decode()

    assert re.findall(rf"^{IN_ITS_ENVIRONMENT} (.*)$", readme, re.MULTILINE) == list(CHECKS)


def test_the_test_command_of_a_readme_works_as_it_stands(workshop: Workshop) -> None:
    project = workshop.project(Recipe("depot", "microservices"))
    _, *arguments = IN_ITS_ENVIRONMENT.split()
    variables = process_variables(None) | {"UV_PYTHON": sys.executable}

    output([locate("uv"), *arguments, "pytest"], project, variables)
