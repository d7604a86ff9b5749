"""What a service reads from its environment, in a project."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from blueprint.tree import RelPath
from tests.generated.recipes import PATTERNS, Recipe, tree_of
from tests.generated.workshop import Workshop

GIVEN = {"PRINTER_KEY": "a key of 25 characters..."}
SHOW = """
from corner_shop.shelf_labels.settings import get_settings
import json, sys
found = get_settings()
secret = found.printer_key.get_secret_value()
json.dump({**found.model_dump(mode="json"), "text": secret, "all": repr(found)}, sys.stdout)
try:
    found.copy_ = 3
except ValueError as error:
    assert "frozen" in str(error)
else:
    raise SystemExit("it can be changed")
"""


@pytest.fixture(scope="module")
def project(workshop: Workshop) -> tuple[Path, str]:
    folder = workshop.project(Recipe("kebab", "monolith"))
    return folder, workshop.python(folder)


def read(project: tuple[Path, str], **variables: str) -> subprocess.CompletedProcess[str]:
    folder, python = project
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder / "src"), **variables}
    return subprocess.run([python, "-c", SHOW], env=known, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_settings_are_typed_and_frozen_and_a_secret_is_not_shown(project: tuple[Path, str]) -> None:
    done = read(project, **GIVEN, IN_COLOUR="false", NOTE="", MODEL_NAME="")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("text") == GIVEN["PRINTER_KEY"]
    assert GIVEN["PRINTER_KEY"] not in found.pop("all")
    assert found == {
        "printer_url": "http://localhost:9",
        "printer_key": "**********",
        "copy_": 2,
        "model_name": "plain text",
        "paper_price": 12,
        "in_colour": False,
        "note": None,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"PRINTER_KEY": ""}, "set PRINTER_KEY (Field required)"),
        ({"PRINTER_KEY": "change-me"}, "set PRINTER_KEY (is still a placeholder)"),
        ({"PRINTER_URL": "localhost"}, "set PRINTER_URL (must be a URL, such as https://api.example.com)"),
        ({"COPY": "0"}, "set COPY (Input should be greater than or equal to 1)"),
        ({"COPY": "x", "IN_COLOUR": "maybe"}, "set COPY (Input should be a valid integer"),
        ({"MODEL_NAME": "x" * 41}, "set MODEL_NAME (String should have at most 40 characters)"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_one_line(
    project: tuple[Path, str], variables: dict[str, str], line: str
) -> None:
    done = read(project, **{**GIVEN, **variables})

    assert done.returncode == 1
    assert done.stderr.startswith(line)
    assert done.stderr.endswith(" in the environment, as .env.example shows\n")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_secret_is_made_up_once_and_says_so(project: tuple[Path, str], workshop: Workshop) -> None:
    folder, _ = project

    told = workshop.run_in(folder, "python", "-m", "corner_shop.entrypoints.secrets", pythonpath="src")

    [comment] = [line for line in told.splitlines() if line.startswith("#")]
    lines = dict(line.split("=", 1) for line in told.splitlines() if line != comment)
    assert sorted(lines) == ["OPERATOR_TOKEN", "PRINTER_KEY"]
    assert len(lines["PRINTER_KEY"]) > 30
    assert comment.startswith("# PRINTER_KEY is generated")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_settings_reach_the_containers_of_their_services_alone(pattern: str) -> None:
    tree = tree_of(Recipe("kebab", pattern))
    compose = tree[RelPath("compose.yaml")].content.decode()
    secrets = [path for path, blob in tree.items() if "/k8s/" in path and b"key: PRINTER_KEY" in blob.content]

    assert compose.count('PRINTER_URL: "${PRINTER_URL:-http://localhost:9}"') == 1
    if pattern == "monolith":
        assert compose.count('PRINTER_KEY: "${PRINTER_KEY:?') == 1
        assert secrets == ["deploy/k8s/base/corner_shop/deployment.yaml"]
    else:
        assert compose.count('PRINTER_KEY: "${PRINTER_KEY:?') == 2
        assert secrets == [
            f"deploy/k8s/base/{service}/deployment.yaml" for service in ("shelf_labels", "stock_counts")
        ]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_project_without_settings_and_jobs_has_nothing_for_them(pattern: str) -> None:
    tree = tree_of(Recipe("statuses", pattern))
    code = {path: blob.content for path, blob in tree.items() if path.startswith("src/")}

    assert not [
        path for path in code if path.endswith(("jobs.py", "schedules.py", "_settings.py", "jobs.sql"))
    ]
    assert not [path for path, content in code.items() if b"get_settings" in content or b"jobs" in content]
