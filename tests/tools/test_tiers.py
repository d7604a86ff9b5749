"""Plain pytest runs a sample and `--rest` what it leaves out: together they run each test of CI once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import PATTERNS
from tests.support.programs import PACKAGES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SETTINGS = """\
[pytest]
testpaths = tests
addopts = -p tests.conftest --import-mode=importlib
markers =
    slow: x
    exhaustive: x
    in_turns(n): x
    long: x
    needs(program): x
"""
FAST = "def test_fast(): ...\n"
PATTERN = f"@pytest.mark.parametrize('pattern', {PATTERNS})\n"
LASTS = "@pytest.mark.long\ndef test_lasts(): ...\n\n"
RUNS = f"{LASTS}{PATTERN}def test_runs(pattern): ...\n\n{PATTERN}def test_survives(pattern): ...\n"
TURNS = f"@pytest.mark.in_turns(2)\n{PATTERN}def test_{{}}(pattern): ...\n\n"
"""Tests of which every other set of parameters runs."""
FAR = "\n@pytest.mark.exhaustive\ndef test_far(): ...\n"
SOME_NEED_GIT = """\
@pytest.mark.slow
@pytest.mark.needs("git")
def test_of_git(): ...

@pytest.mark.slow
@pytest.mark.parametrize("vcs", [pytest.param("git", marks=pytest.mark.needs("git")), "none"])
def test_of(vcs): ...
"""
DESCRIBE = """\
import json, os, pathlib, pytest
from tests.support import tiers

@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    found = {tier.name: [item.nodeid for item in tiers.in_tier(items, tier)] for tier in tiers.Tier}
    found["slow"] = [item.nodeid for item in items if item.get_closest_marker("slow")]
    found["long"] = [item.nodeid for item in items if item.get_closest_marker("long")]
    found["needs"] = [name for item in items for mark in item.iter_markers("needs") for name in mark.args]
    pathlib.Path(os.environ["DESCRIBED"]).write_text(json.dumps(found))
"""
"""Writes down the tests of each tier."""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A small one with the options of this one."""
    files = {
        "unit/test_fast.py": FAST,
        "sagas/test_runs.py": RUNS + FAR,
        "jobs/test_runs.py": RUNS,
        "generated/test_vcs.py": FAST + SOME_NEED_GIT,
    }
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    for name, text in files.items():
        (tmp_path / "tests" / name).parent.mkdir(parents=True)
        (tmp_path / "tests" / name).write_text(f"import pytest\n\n{text}")
    return tmp_path


def run_pytest(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    here = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=folder,
        env=here | {"PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def collected(folder: Path, *words: str) -> list[str]:
    """Files and names of the tests that these words choose."""
    done = run_pytest(folder, "--collect-only", "-q", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_the_sample_and_the_rest_are_all_that_is_not_exhaustive(suite: Path) -> None:
    sample, rest, everything = collected(suite), collected(suite, "--rest"), collected(suite, "--all")

    assert sorted([*sample, *rest, "tests/sagas/test_runs.py::test_far"]) == sorted(everything)


def test_the_sample_has_all_fast_tests_and_one_slow_test_of_each_file(suite: Path) -> None:
    names = [name.partition("[")[0].removeprefix("tests/") for name in collected(suite)]

    assert sorted(names) == [
        "generated/test_vcs.py::test_fast",
        "generated/test_vcs.py::test_of",
        "jobs/test_runs.py::test_runs",
        "sagas/test_runs.py::test_runs",
        "unit/test_fast.py::test_fast",
    ]


def test_the_sample_prefers_tests_that_need_no_other_program(suite: Path) -> None:
    assert "tests/generated/test_vcs.py::test_of[none]" in collected(suite)


@pytest.mark.parametrize(
    "words", [["tests/sagas"], ["-k", "sagas"], ["-m", "slow", "tests/sagas/test_runs.py"]]
)
def test_whoever_names_tests_gets_all_of_them_but_the_exhaustive_ones(suite: Path, words: list[str]) -> None:
    names = collected(suite, *words)

    assert Counter(re.findall(r"::(\w+)", "\n".join(names))) == {
        "test_lasts": 1,
        "test_runs": 3,
        "test_survives": 3,
    }


def test_tests_in_turns_run_with_some_parameters_and_with_all_of_them_if_asked(suite: Path) -> None:
    names = [f"turns_{number}" for number in range(8)]
    (suite / "tests/unit/test_turns.py").write_text("import pytest\n\n" + "".join(map(TURNS.format, names)))

    usual, everything = collected(suite, "tests/unit"), collected(suite, "--all", "tests/unit")

    assert len([name for name in everything if "turns" in name]) == 3 * len(names)
    turns = {each: [name for name in usual if f"test_{each}[" in name] for each in names}
    assert {len(found) for found in turns.values()} == {1, 2}
    assert all(any(f"[{pattern}]" in name for name in usual) for pattern in PATTERNS)
    again = collected(suite, f"tests/unit/test_turns.py::{turns[names[0]][0].partition('::')[2]}")
    assert again == turns[names[0]][:1]


def test_the_rest_and_all_exclude_each_other(suite: Path) -> None:
    done = run_pytest(suite, "--rest", "--all")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--rest and --all exclude each other" in done.stderr


def test_a_sample_says_how_to_run_the_others(suite: Path) -> None:
    assert "--rest runs the others, --all everything" in run_pytest(suite).stdout
    assert "--rest runs" not in run_pytest(suite, "tests").stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_tests_whose_program_is_missing_are_counted_in_one_line(suite: Path, workers: str) -> None:
    done = run_pytest(suite, "-n", workers, "tests/generated", PATH="/nowhere")

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("apt-get") == 1
    line = "Skipped: 2 tests need programs not installed here: git (2). To run them: apt-get install git"
    assert line in done.stdout.splitlines()


def test_nothing_is_said_of_programs_if_all_are_there(suite: Path) -> None:
    done = run_pytest(suite, "tests/unit", PATH="/nowhere")

    assert "apt-get" not in done.stdout


def test_a_missing_program_fails_in_ci(suite: Path) -> None:
    done = run_pytest(suite, "tests/generated", PATH="/nowhere", CI="true")

    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "2 passed, 2 errors" in done.stdout
    assert "does not count in CI: Skipped: needs git, which is not installed" in done.stdout


def test_the_sample_of_this_suite_has_every_kind_and_every_pattern(tmp_path: Path) -> None:
    (tmp_path / "describe.py").write_text(DESCRIBE)
    described = tmp_path / "tests.json"

    done = run_pytest(
        ROOT,
        *("-n0", "-q", "--collect-only", "--all", "-p", "describe"),
        PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}",
        DESCRIBED=str(described),
    )

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(described.read_text())
    sample, rest = set(found["SAMPLE"]), set(found["REST"])
    assert not sample & rest
    assert sample | rest == set(found["USUAL"])
    assert set(found["USUAL"]) < set(found["ALL"])
    slow = set(found["slow"])
    files = {name.partition("::")[0] for name in slow & set(found["USUAL"]) - set(found["long"])}
    assert {name.partition("::")[0] for name in slow & sample} == files
    assert all(sum(pattern in name for name in slow & sample) > 5 for pattern in PATTERNS)
    assert set(found["needs"]) == set(PACKAGES)
