"""Which project and which processes a run starts, and how it ends when its reader does."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.runtime.project import BLUEPRINT, Project

SMOKE = {"smoke": ["{python}", "-c", "pass"]}


def run(project: Project, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BLUEPRINT, "run", *words, "--smoke"],
        cwd=folder,
        env=project.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def started(project: Project, folder: Path, *words: str) -> str:
    done = run(project, folder, *words)
    assert done.returncode == 0, done.stderr
    return next(line for line in done.stderr.splitlines() if "starting " in line).partition("starting ")[2]


def test_processes_are_named_from_any_folder_below_the_project(project: Project) -> None:
    project.describe({"orders": [], "payments": [], "gateway": []}, entry="gateway", **SMOKE)
    below = project.folder / "src/shop"
    below.mkdir(parents=True)
    assert started(project, below) == "orders, payments, gateway"
    assert started(project, below, "orders") == "orders, gateway"
    assert started(project, below, "orders", "--only") == "orders"
    assert started(project, Path("/"), "-C", str(below), "payments") == "payments, gateway"


def test_a_name_that_is_unknown_or_could_be_both_is_a_usage_error(project: Project) -> None:
    project.describe({"orders": [], "gateway": []}, entry="gateway", **SMOKE)
    unknown = run(project, project.folder, "order", "--json")
    assert unknown.returncode == 2
    assert 'did you mean "orders"?' in json.loads(unknown.stdout)["errors"][0]["hint"]
    (project.folder / "orders").mkdir()
    (project.folder / "orders/blueprint.yaml").touch()
    both = run(project, project.folder, "orders", "--json")
    assert both.returncode == 2
    assert "-C orders" in json.loads(both.stdout)["errors"][0]["hint"]


def test_a_run_ends_when_the_reader_of_its_output_has_gone(project: Project) -> None:
    project.describe({"gateway": []})
    reading, writing = os.pipe()
    command = [*BLUEPRINT, "run", str(project.folder)]
    with subprocess.Popen(command, env=project.environment, stdout=writing, stderr=writing) as process:
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        assert process.wait(30) == 141
    assert not project.processes()
