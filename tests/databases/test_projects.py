"""A project with this database passes its own checks; its tests pass on PostgreSQL, too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source, with_header
from blueprint.runtime.description import Environment
from blueprint.runtime.environment import prepare_environment, process_variables
from tests.brokers.generated import write_project
from tests.databases.server import Postgres
from tests.generated.recipes import RECIPES, Recipe
from tests.generated.test_projects import CHECKS
from tests.generated.workshop import output

ENVIRONMENT = Environment(".venv", "requirements-dev.lock", "src")
SPECS = Path(__file__).parents[1] / "generated" / "specs"
SAMPLE = "e-commerce-event-driven"
PROJECTS = [
    pytest.param(recipe, id=str(recipe), marks=() if str(recipe) == SAMPLE else pytest.mark.thorough)
    for recipe in RECIPES
]
Check = Callable[[Recipe, str, str], str]


def spec_of(recipe: Recipe) -> str:
    """Its `blueprint.yaml`, with PostgreSQL."""
    preset = load_catalog().find("preset", recipe.source, "fastapi")
    if preset:
        return preset_source(preset, "shop", recipe.pattern, "fastapi", database="postgresql")
    text = (SPECS / f"{recipe.source}.yaml").read_text("utf-8")
    return with_header(text, {"pattern": recipe.pattern, "stack": "fastapi", "database": "postgresql"})


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Runs a check of a project, whose tests then find a database at the URL."""
    folder = tmp_path_factory.mktemp("projects")

    def run(recipe: Recipe, check: str, url: str) -> str:
        project = folder / str(recipe)
        if not project.exists():
            write_project(spec_of(recipe), project)
        python = Path(prepare_environment(project, ENVIRONMENT, lambda _: nullcontext()))
        program, *arguments = check.split()
        variables = {
            **process_variables(None),
            "MYPY_CACHE_DIR": str(folder / "mypy"),
            "TEST_DATABASE_URL": url,
        }
        return output([str(python.with_name(program)), *arguments], project, variables)

    return run


@pytest.mark.parametrize("recipe", PROJECTS)
def test_its_tests_pass_on_postgresql(check: Check, server: Postgres, recipe: Recipe) -> None:
    assert "skipped" not in check(recipe, "pytest", server.new_database())


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("recipe", PROJECTS)
def test_a_project_passes_its_own_check(check: Check, recipe: Recipe, name: str) -> None:
    check(recipe, name, "")
