"""A project passes its own checks in the environment that its lock describes, and runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from blueprint.tree import RelPath
from tests.conftest import copy_of
from tests.generated.recipes import PATTERNS, RECIPES, Recipe, tree_of, write
from tests.generated.workshop import Workshop, output

pytestmark = pytest.mark.slow

CHECKS = ("pytest", "ruff check", "ruff format --check", "mypy")
LINTS = ["ruff check", "ruff format", "import-linter", "mypy"]
NO_TESTS = 5
"""What pytest exits with where it finds none."""

CREATED = re.compile(r"created \S+/drivers/(\S+)")
ROW = re.compile(r"^(?:smoke +\| )?(?:http\S*/)?([a-z ]+): (\{.*\})$", re.MULTILINE)
"""A row as the smoke test prints it, behind the name of its service or workflow."""
SOME = 10

IN_EVERY_PATTERN = {"blank", "e-commerce"}
"""Of these specs and presets. The others are checked in one pattern, with `--all` in each."""


def _in_turns(recipe: Recipe) -> bool:
    turn = PATTERNS[zlib.crc32(recipe.source.encode()) % len(PATTERNS)]
    return recipe.source in IN_EVERY_PATTERN or recipe.pattern == turn


every_project = pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(recipe, id=str(recipe), marks=() if _in_turns(recipe) else pytest.mark.exhaustive)
        for recipe in RECIPES
    ],
)


@every_project
@pytest.mark.parametrize("check", CHECKS)
def test_a_project_passes_its_own_check(recipe: Recipe, check: str, workshop: Workshop) -> None:
    workshop.run(recipe, *check.split())


@every_project
def test_a_project_passes_its_smoke_test(recipe: Recipe, workshop: Workshop) -> None:
    output([sys.executable, "-m", "blueprint", "run", ".", "--smoke"], workshop.project(recipe))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_smoke_test_follows_references_and_shows_the_rows_of_other_services(
    pattern: str, workshop: Workshop
) -> None:
    written = smoke(workshop.project(Recipe("depot", pattern)))

    rows = {name: json.loads(row) for name, row in ROW.findall(written.stdout)}
    driver, trip = CREATED.search(written.stdout), rows["plan trip"]
    assert written.returncode == 0
    assert driver is not None
    assert (trip["driver"], trip["status"]) == (driver[1], "confirmed")
    assert trip["distance"] == SOME
    assert rows["vehicles"]["trip_id"] == rows["messages"]["trip_id"] == trip["id"]


def test_a_failing_smoke_test_shows_the_response(workshop: Workshop, tmp_path: Path) -> None:
    project = tmp_path / "depot"
    copy_of(workshop.startable(Recipe("depot", "monolith")), project)
    api = project / "src/depot/drivers/api.py"
    rule = (
        '    if body.level < 2:\n        raise HTTPException(400, "A driver has passed the second level.")\n'
    )
    head, body = api.read_text().split("    async def make() -> str:\n", 1)
    api.write_text(f"{head}{rule}    async def make() -> str:\n{body}")

    written = smoke(project)

    assert written.returncode != 0
    assert "/drivers answered 400" in written.stdout
    assert "A driver has passed the second level." in written.stdout


def smoke(project: Path) -> subprocess.CompletedProcess[str]:
    """A run of `blueprint run --smoke` with all its output."""
    command = [sys.executable, "-m", "blueprint", "run", str(project), "--smoke"]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=280)


@every_project
def test_its_readme_tests_and_checks_with_commands_that_need_no_other_program(recipe: Recipe) -> None:
    readme = tree_of(recipe)[RelPath("README.md")].content.decode()

    assert re.findall(r"^blueprint (test|lint)\b", readme, re.MULTILINE) == ["test", "lint"]
    assert not re.search(r"^uv ", readme, re.MULTILINE)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_lint_and_test_pass_from_a_folder_below_a_new_project(pattern: str, workshop: Workshop) -> None:
    project = workshop.project(Recipe("depot", pattern))
    below = project / "src"

    lint = answer(["lint"], below)
    test = answer(["test", "--collect-only"], below)

    assert [check["name"] for check in lint["data"]["checks"]] == LINTS
    assert (lint["exit_code"], test["exit_code"]) == (0, 0)


def test_lint_runs_every_check_and_ends_as_the_first_that_fails(tmp_path: Path) -> None:
    project = tmp_path / "depot"
    write(Recipe("depot", "monolith"), project)
    package = next((project / "src").iterdir())
    (package / "unchecked.py").write_text("import os\n\ncount: int = 'one'\n")

    found = answer(["lint", "-C", str(project)], tmp_path)

    codes = {check["name"]: check["exit_code"] for check in found["data"]["checks"]}
    assert list(codes) == LINTS
    assert codes["ruff check"] == codes["mypy"] == found["exit_code"] == 1
    assert codes["ruff format"] == 1  # the quotes
    assert codes["import-linter"] == 0


def test_test_hands_on_arguments_and_the_exit_code_of_pytest(workshop: Workshop) -> None:
    project = workshop.project(Recipe("depot", "monolith"))
    below = project / "tests"

    passed = answer(["test", "test_boundaries.py::test_no_service_imports_another", "-q"], below)
    nothing = answer(["test", "-k", "no_test_has_this_name", "-x"], below)

    assert passed["exit_code"] == 0
    assert nothing["exit_code"] == NO_TESTS


def answer(arguments: list[str], folder: Path) -> dict[str, Any]:
    """What the command answers with --json."""
    command = [sys.executable, "-m", "blueprint", arguments[0], "--json", *arguments[1:]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=280)
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["exit_code"] == done.returncode, done.stderr
    return found
