"""The program that puts faults into the tool has all kinds of them, and knows which tests may notice."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.mutants.__main__ import PACKAGES, is_argued, read_argued, sample
from tests.tools.mutants.mutations import Mutant, mutants_of
from tests.tools.mutants.selection import Seen, selected, starting, starting_beside
from tests.tools.mutants.trial import ROOT

MODULE = '''\
"""A docstring."""

from typing import Literal

Kind = Literal["a", "b"]
LIMIT = 10


def known(values: list[str], least: int = 0) -> list[str]:
    """Another docstring."""
    if not values and least >= LIMIT:
        print("a text for people", sep="")
        return sorted(values, key=len)
    for value in values:
        if value == "x":
            continue
    return [value for value in values if value]
'''


@pytest.fixture
def faults(tmp_path: Path) -> dict[tuple[str, str], Mutant]:
    (tmp_path / "it.py").write_text(MODULE)
    return {(mutant.before, mutant.after): mutant for mutant in mutants_of(tmp_path, "it.py")}


def test_every_kind_of_fault_is_put_in(faults: dict[tuple[str, str], Mutant]) -> None:
    assert set(faults) == {
        ("10", "11"),
        ("0", "1"),
        ("not values and least >= LIMIT", "(not values or least >= LIMIT)"),
        ("not values and least >= LIMIT", "(not values)"),
        ("not values and least >= LIMIT", "(least >= LIMIT)"),
        ("not values and least >= LIMIT", "(not (not values and least >= LIMIT))"),
        ("not values", "values"),
        ("least >= LIMIT", "(least > LIMIT)"),
        ('print("a text for people", sep="")', "pass"),
        ('print("a text for people", sep="")', "print('a text for people')"),
        ('""', "'XX'"),
        ("return sorted(values, key=len)", "return None"),
        ("sorted(values, key=len)", "sorted(values)"),
        ("sorted(values, key=len)", "list(values)"),
        ('value == "x"', "(value != 'x')"),
        ('value == "x"', "(not value == 'x')"),
        ('"x"', "'xXX'"),
        ("continue", "break"),
        ("return [value for value in values if value]", "return None"),
        ("[value for value in values if value]", "[value for value in values]"),
    }


def test_a_fault_stands_in_its_place_and_nowhere_else(faults: dict[tuple[str, str], Mutant]) -> None:
    less = faults["least >= LIMIT", "(least > LIMIT)"].apply(MODULE.encode()).decode()

    assert less == MODULE.replace("least >= LIMIT", "(least > LIMIT)")


def test_what_an_import_runs_is_told_apart(faults: dict[tuple[str, str], Mutant]) -> None:
    assert faults["10", "11"].at_import
    assert not faults["continue", "break"].at_import


def test_every_mutant_of_the_tool_is_python() -> None:
    for mutant in sample(PACKAGES, 300, 1):
        ast.parse(mutant.apply((ROOT / mutant.path).read_bytes()))


def test_a_seed_draws_the_same_sample_and_another_one_another() -> None:
    assert sample(["plan"], 20, 1) == sample(["plan"], 20, 1)
    assert sample(["plan"], 20, 1) != sample(["plan"], 20, 2)


def seen(test: str, *lines: int, seconds: float = 1.0, starts: bool = False) -> Seen:
    return Seen(test, seconds, starts, {"blueprint/spec/it.py": frozenset(lines)})


@pytest.fixture
def mutants() -> list[Mutant]:
    """One of line 6, and the same of what an import runs."""
    return [Mutant("blueprint/spec/it.py", 6, 6, at_import, "", 0, 0, "", "") for at_import in (False, True)]


TESTS = [
    seen("tests/unit/cli/test_sync.py::a", 6),
    seen("tests/unit/cli/test_sync.py::b", 7),
    seen("tests/unit/spec/test_other.py::c", 6, 7, seconds=0.1),
    seen("tests/unit/spec/test_it.py::d", 6),
    seen("tests/unit/spec/test_it.py::e", 7, starts=True),
    seen("tests/generated/test_trees.py::f", 6, starts=True),
]


def letters(tests: list[str]) -> str:
    return "".join(test[-1] for test in tests)


def test_the_nearest_tests_that_run_the_line_come_first(mutants: list[Mutant]) -> None:
    assert letters(selected(mutants[0], TESTS, 60)) == "dcefa"


def test_each_kind_of_tests_has_its_time(mutants: list[Mutant]) -> None:
    assert letters(selected(mutants[0], TESTS, 1.5)) == "dcfa"
    assert letters(selected(mutants[0], TESTS, 0.5)) == "dfa"


def test_what_an_import_runs_and_what_has_changed_may_be_run_by_any_test_of_the_module(
    mutants: list[Mutant],
) -> None:
    assert set(letters(selected(mutants[1], TESTS, 60))) == set("abcdef")
    assert set(letters(selected(mutants[0], TESTS, 60, {mutants[0].path}))) == set("abcdef")


def test_what_processes_run_is_noticed_by_the_tests_that_start_them(mutants: list[Mutant]) -> None:
    assert letters(starting_beside(mutants[0], TESTS)) == "e"
    assert letters(starting(TESTS)) == "ef"


def test_only_the_tests_asked_for_run_and_one_that_is_not_there_is_no_failure(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_it.py").write_text("def test_a(): pass\ndef test_b(): assert 0\ndef test_c(): pass\n")
    names = tmp_path / "names"
    names.write_text("test_it.py::test_c\ntest_it.py::test_gone[x - y]\ntest_it.py::test_a")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "tests.tools.mutants.choosing", "test_it.py"],
        cwd=tmp_path,
        env={**os.environ, "MUTANTS_TESTS": str(names), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout
    assert re.findall(r"::(test_\w+) PASSED", done.stdout) == ["test_c", "test_a"]


def test_what_is_argued_is_there() -> None:
    mutants = {
        path: mutants_of(ROOT, path)
        for path in {each["path"] for each in read_argued()}
        if (ROOT / path).exists()
    }
    for entry in read_argued():
        assert len(entry["why"]) > 20
        assert any(is_argued(mutant, [entry]) for mutant in mutants.get(entry["path"], [])), entry
