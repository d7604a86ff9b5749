"""What the fault suites break is still there to be broken: told here at once, and not after half an hour."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.mutants import MUTANTS, Mutant, mutate

GOLDENS = Path(__file__).parents[1] / "goldens"


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_code_that_is_there(mutant: Mutant, tmp_path: Path) -> None:
    golden, project = GOLDENS / f"e-commerce-{mutant.pattern}" / "src", tmp_path / "src"
    shutil.copytree(golden, project)

    mutate(tmp_path, *mutant.changes)

    assert {
        f.name
        for f in project.rglob("*.py")
        if f.read_bytes() != (golden / f.relative_to(project)).read_bytes()
    } == {change.file for change in mutant.changes}
