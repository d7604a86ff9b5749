"""What the fault suites break is still there to be broken: told here at once, and not after half an hour."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults.mutants import MUTANTS, NO_TOMBSTONE, NO_WATCHDOG, RETRY_TOPIC, Change, Mutant, mutate
from tests.sagas.test_mutants import KIT
from tests.sagas.test_mutants import MUTANTS as SAGA_MUTANTS

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


@pytest.mark.parametrize("change", [NO_TOMBSTONE, NO_WATCHDOG, RETRY_TOPIC], ids=lambda change: change.file)
def test_a_single_change_is_of_code_that_is_there(change: Change, tmp_path: Path) -> None:
    shutil.copytree(GOLDENS / "e-commerce-event-driven/src", tmp_path / "src")

    mutate(tmp_path, change)


@pytest.mark.parametrize("name", SAGA_MUTANTS)
def test_a_mutant_of_sagas_changes_code_that_is_there(name: str) -> None:
    mutant = SAGA_MUTANTS[name]
    text = (GOLDENS / "e-commerce-microservices" / KIT / mutant.file).read_text("utf-8")

    assert all(before in text for before in mutant.changes)
