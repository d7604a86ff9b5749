"""A project with this database passes its own checks; its tests pass on PostgreSQL, too."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.databases.server import Postgres
from tests.generated.recipes import RECIPES, Recipe
from tests.generated.test_projects import CHECKS
from tests.generated.workshop import Workshop
from tests.kit.cases import POSTGRESQL, PROGRAMS
from tests.kit.suites import written_with_suites

SAMPLE = Recipe("e-commerce", "event-driven")


def projects(*sample: Recipe) -> pytest.MarkDecorator:
    """Every project with this database, of which only the sample is there without --all."""
    params = [
        pytest.param(
            replace(recipe, database="postgresql"),
            id=str(recipe),
            marks=() if recipe in sample else pytest.mark.exhaustive,
        )
        for recipe in RECIPES
    ]
    return pytest.mark.parametrize("recipe", params)


@pytest.mark.long
@projects(SAMPLE)
def test_its_tests_pass_on_postgresql(workshop: Workshop, server: Postgres, recipe: Recipe) -> None:
    told = workshop.run(recipe, "pytest", TEST_DATABASE_URL=server.new_database())
    assert not re.search(r"\d skipped", told)


@pytest.mark.long
def test_the_kit_passes_all_its_tests_on_postgresql(
    workshop: Workshop, server: Postgres, tmp_path: Path
) -> None:
    project = written_with_suites(POSTGRESQL, tmp_path / "project")

    told = workshop.run_in(
        project, "pytest", "tests/kit", PATH=PROGRAMS, TEST_DATABASE_URL=server.new_database()
    )

    assert not re.search(r"\d skipped", told)


@projects()
def test_its_tests_pass_without_a_server(workshop: Workshop, recipe: Recipe) -> None:
    workshop.run(recipe, "pytest")


@pytest.mark.parametrize("check", [check for check in CHECKS if check != "pytest"])
@projects(SAMPLE)
def test_a_project_passes_its_own_check(workshop: Workshop, recipe: Recipe, check: str) -> None:
    workshop.run(recipe, *check.split())
