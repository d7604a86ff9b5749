"""The kit keeps its promises in every golden, and with every adapter that a project can have."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from tests.generated.recipes import ALL, GOLDENS, Recipe, tree_of
from tests.generated.workshop import Workshop
from tests.kit.cases import POSTGRESQL, PROGRAMS, Case, cases
from tests.kit.suites import all_suites, suites_of, written_with_suites

CASES = list(cases())
every_case = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.mark.slow
@every_case
def test_the_kit_passes_its_tests(case: Case, workshop: Workshop, tmp_path: Path) -> None:
    project = written_with_suites(case.recipe, tmp_path / "project")

    workshop.run_in(project, "pytest", *case.files, PATH=PROGRAMS)


@pytest.mark.slow
@every_case
def test_the_tests_of_the_kit_are_typed(case: Case, workshop: Workshop, tmp_path: Path) -> None:
    project = written_with_suites(case.recipe, tmp_path / "project")

    workshop.run_in(project, "mypy", "-p", "tests.kit")


def test_every_test_of_the_kit_runs() -> None:
    run = {suite for case in CASES for suite in case.suites}

    assert run | {*suites_of(POSTGRESQL)} == all_suites()


def test_what_all_projects_of_a_pattern_have_is_tested_in_every_pattern() -> None:
    def pattern(recipe: Recipe) -> str:
        return recipe.pattern

    for name, recipes in groupby(sorted(ALL, key=pattern), pattern):
        shared = set.intersection(*({*suites_of(recipe)} for recipe in recipes))

        assert shared
        assert shared <= {s for case in CASES if case.recipe.pattern == name for s in case.suites}


@pytest.mark.parametrize("recipe", [*(case.recipe for case in CASES), POSTGRESQL], ids=str)
def test_no_test_of_the_kit_takes_the_place_of_another(recipe: Recipe) -> None:
    names = Counter(file.name for suite in suites_of(recipe) for file in suite.glob("*.py"))

    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("recipe", GOLDENS, ids=str)
def test_a_project_carries_no_test_of_the_kit(recipe: Recipe) -> None:
    tests = {Path(path).name for path in tree_of(recipe) if path.startswith("tests/")}
    of_the_kit = {file.name for suite in all_suites() for file in suite.glob("*.py")} - {"conftest.py"}

    assert tests & of_the_kit == set()
