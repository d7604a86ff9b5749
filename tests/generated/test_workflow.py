"""The CI of a project does what its README says, and GitHub can run it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint import __version__
from blueprint.tree import RelPath
from tests.brokers.servers.program import programs_of
from tests.generated.containers import lay
from tests.generated.recipes import PATTERNS, RECIPES, Recipe, different, tree_of
from tests.generated.workshop import output

WORKFLOW = RelPath(".github/workflows/ci.yaml")
HERE = Path(__file__).parent
GO = HERE.parent / "brokers/servers/pstest/requirements.txt"

every_pattern = pytest.mark.parametrize("pattern", PATTERNS)
together = pytest.mark.xdist_group("combinations")
"""With those that look at all projects: they are rendered once."""


def text(recipe: Recipe, path: str) -> str:
    return tree_of(recipe)[RelPath(path)].content.decode()


def steps(recipe: Recipe) -> list[dict[str, Any]]:
    return [step for job in yaml.safe_load(text(recipe, WORKFLOW))["jobs"].values() for step in job["steps"]]


@every_pattern
def test_it_tests_and_checks_what_the_commands_do(pattern: str) -> None:
    recipe = Recipe("e-commerce", pattern)
    description = json.loads(text(recipe, ".blueprint/run.json"))
    runs = {step["run"] for step in steps(recipe) if "run" in step}

    commands = [description["test"], *description["lint"].values()]
    modules = [" ".join(command[2:]) for command in commands if command[1] == "-m"]

    assert len(modules) == 4
    assert runs >= {
        f"uv run --no-project --with-requirements requirements-dev.lock {each}" for each in modules
    }


@every_pattern
def test_it_uses_the_version_of_the_tool_that_wrote_the_project(pattern: str) -> None:
    said = re.findall(r"backend-blueprint\S*", text(Recipe("e-commerce", pattern), WORKFLOW))

    assert len(said) == 3
    assert all(__version__ in each for each in said)


@every_pattern
def test_every_action_is_pinned(pattern: str) -> None:
    uses = [step["uses"] for step in steps(Recipe("e-commerce", pattern)) if "uses" in step]

    assert uses
    assert [each for each in uses if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+", each)] == []


@every_pattern
def test_before_a_commit_the_same_is_checked_as_in_ci(pattern: str) -> None:
    recipe = Recipe("e-commerce", pattern)
    hooks = yaml.safe_load(text(recipe, ".pre-commit-config.yaml"))["repos"][0]["hooks"]

    in_ci = " ".join(step.get("run", "") for step in steps(recipe))

    assert [hook["id"] for hook in hooks] == ["ruff-check", "ruff-format", "mypy", "blueprint-check"]
    assert [hook for hook in hooks if hook["entry"].partition(" --force-exclude")[0] not in in_ci] == []


@pytest.fixture(scope="module")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """The linter of workflows, built from the Go modules that `go.sum` locks; what it says fails the test."""
    folder = tmp_path_factory.mktemp("go")
    source = shutil.copytree(HERE / "actionlint", folder / "source")
    env = os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    go = str(programs_of(GO, folder) / "go")
    output(
        [go, "build", "-o", str(folder / "actionlint"), "github.com/rhysd/actionlint/cmd/actionlint"],
        source,
        env,
    )
    return lambda *files: output([str(folder / "actionlint"), "-no-color", *map(str, files)], folder)


@pytest.mark.long
@pytest.mark.slow
@together
def test_actionlint_has_nothing_against_any(actionlint: Callable[..., str], tmp_path: Path) -> None:
    files = [lay(tree, tmp_path / str(recipe), WORKFLOW) / WORKFLOW for recipe, tree in different(WORKFLOW)]

    assert actionlint(*files) == ""


@pytest.mark.slow
@together
def test_a_workflow_that_is_wrong_is_seen(actionlint: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text(RECIPES[0], WORKFLOW).replace("github.base_ref", "github.base_reff"))

    with pytest.raises(AssertionError, match="base_reff"):
        actionlint(file)
