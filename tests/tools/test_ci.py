"""CI runs what the README says, and takes nothing for granted."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

A_SKIP = """\
import pytest

def test_by_hand():
    pytest.skip("no docker")

@pytest.mark.skipif(True, reason="not today")
def test_by_mark():
    pass

@pytest.mark.xfail(reason="known")
def test_expected():
    assert False
"""


def commands() -> list[str]:
    """What the README tells to type before it explains anything: the quick start, the tests."""
    introduction = (ROOT / "README.md").read_text("utf-8").partition("\n## ")[0]
    return re.findall(r"^```sh\n(.*)\n```$", introduction, re.MULTILINE)


def test_the_readme_begins_with_two_commands() -> None:
    start, test = commands()

    assert start.endswith("--smoke")
    assert test.endswith("-m pytest")


def checkout(folder: Path, command: str, python: str) -> Path:
    """CI in a checkout whose README has this test command, and which has this program as its Python."""
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    (folder / "tests/support").mkdir(parents=True)
    (folder / "tests/support/programs.py").write_text("print()")
    (folder / "README.md").write_text(f"# Blueprint\n\n```sh\n{command}\n```\n")
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").write_text(f"#!/bin/sh\n{python}\n")
    (folder / ".venv/bin/python").chmod(0o755)
    return folder / ".ci/run"


def test_ci_runs_the_test_command_of_the_readme_then_the_rest(tmp_path: Path) -> None:
    run = checkout(tmp_path, 'true && echo "CI=$CI" -m pytest', 'echo "CI=$CI python $*"')

    done = subprocess.run([run], cwd="/", capture_output=True, text=True, check=True)

    first, sample, second, rest = done.stdout.splitlines()
    assert (first, second) == ('true && echo "CI=$CI" -m pytest', ".venv/bin/python -m pytest --rest")
    assert (sample, rest) == ("CI=true -m pytest", "CI=true python -m pytest --rest")


@pytest.mark.parametrize(
    ("command", "python"),
    [("false && echo -m pytest", "exit 5"), ("echo -m pytest", "false"), ("echo -m pytest", "exit 2")],
)
def test_ci_fails_when_the_tests_fail(tmp_path: Path, command: str, python: str) -> None:
    run = checkout(tmp_path, command, python)

    assert subprocess.run([run], capture_output=True, check=False).returncode != 0


TIMES = """\
import os
from pathlib import Path

def test_passes():
    Path("passes").write_text("again" if Path("passes").exists() else "once")

def test_fails():
    runs = Path("runs")
    runs.write_text(f"{runs.read_text() if runs.exists() else ''}x")
    assert len(runs.read_text()) > int(os.environ["FAILURES"])
"""


@pytest.mark.parametrize(("failures", "fails"), [(0, False), (1, False), (2, True)])
def test_what_fails_is_run_once_more_alone(tmp_path: Path, failures: int, fails: bool) -> None:
    run = checkout(tmp_path, ".venv/bin/python -m pytest", f'[ "$3" = --rest ] || exec {sys.executable} "$@"')
    (tmp_path / "test_times.py").write_text(TIMES)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    here = os.environ | {"FAILURES": str(failures)}

    done = subprocess.run([run], env=here, capture_output=True, text=True, check=False)

    assert (done.returncode != 0) is fails
    assert (tmp_path / "passes").read_text("utf-8") == "once"


@pytest.mark.parametrize(("variables", "failures"), [({"CI": "true"}, 3), ({}, 0)], ids=["ci", "here"])
def test_a_skipped_test_fails_in_ci_only(tmp_path: Path, variables: dict[str, str], failures: int) -> None:
    (tmp_path / "test_skipped.py").write_text(A_SKIP)
    here = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "-p", "tests.conftest", str(tmp_path)]

    done = subprocess.run(
        command, cwd=ROOT, env=here | variables, capture_output=True, text=True, check=False
    )

    assert done.stdout.count("does not count in CI") == 2 * failures
    assert (done.returncode != 0) == bool(failures)


@pytest.mark.long
@pytest.mark.slow
def test_the_first_command_of_the_readme_works_as_it_stands(tmp_path: Path) -> None:
    for part in (part for part in ROOT.iterdir() if not part.name.startswith(".") and part.name != "tests"):
        copy = shutil.copytree if part.is_dir() else shutil.copy
        copy(part, tmp_path / part.name)
    for part in ("brokers", "support"):  # the suite for packs from outside is a part of the package
        shutil.copytree(ROOT / "tests" / part, tmp_path / "tests" / part)
    shutil.copy(ROOT / "tests/__init__.py", tmp_path / "tests")
    start, _ = commands()

    done = subprocess.run(["bash", "-c", start], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
