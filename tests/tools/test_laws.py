"""A property test that says nothing fails, and in CI the examples are always the same ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.test_ci import ROOT

LAWS = """\
from hypothesis import given, strategies as st

@given(st.integers(0, 99))
def test_seldom(number):
    if number < 5:
        return
    if number > 95:
        assert number > 5

@given(st.integers(0, 99))
def test_assumed(number):
    assert number >= 0
    for each in range(number - 97):
        assert each >= 0

@given(st.integers(0, 99))
def test_often(number):
    if number > 5:
        assert number > 5

@given(st.integers(0, 99))
def test_helper(number):
    check(number)

def check(number):
    assert number >= 0
"""
EXAMPLES = """\
from pathlib import Path

from hypothesis import given, strategies as st

@given(st.lists(st.integers()))
def test_any(numbers):
    with Path(__file__).with_name("examples").open("a") as file:
        print(numbers, file=file)
    assert numbers == numbers
"""


def ran(folder: Path, text: str, **variables: str) -> str:
    """What pytest says of these tests, with the options and hooks of ours."""
    (folder / "test_it.py").write_text(text)
    here = {name: value for name, value in os.environ.items() if name not in ("CI", "HYPOTHESIS_PROFILE")}
    options = ("-c", os.devnull, "-p", "tests.conftest", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-rf", str(folder)],
        cwd=ROOT,
        env=here | {"HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "kept")} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_a_property_test_that_seldom_reaches_its_last_assertion_fails(tmp_path: Path) -> None:
    said = ran(tmp_path, LAWS, HYPOTHESIS_PROFILE="fixed")

    failed = {line.split("::")[1].split(" ")[0] for line in said.splitlines() if line.startswith("FAILED")}
    assert failed == {"test_seldom", "test_assumed"}
    assert said.count("examples reach the last assertion") >= 2
    assert "2 failed, 2 passed" in said


@pytest.mark.parametrize(
    ("variables", "same"),
    [
        ({"CI": "true"}, True),
        ({"HYPOTHESIS_PROFILE": "fixed"}, True),
        ({}, False),
        ({"CI": "true", "HYPOTHESIS_PROFILE": "free"}, False),
    ],
    ids=["ci", "fixed", "here", "free in ci"],
)
def test_examples_are_the_same_in_ci_and_free_elsewhere(
    variables: dict[str, str], same: bool, tmp_path: Path
) -> None:
    examples = []
    for number in range(2):
        (folder := tmp_path / str(number)).mkdir()
        assert "1 passed" in ran(folder, EXAMPLES, **variables)
        examples.append((folder / "examples").read_text())

    assert (examples[0] == examples[1]) == same
