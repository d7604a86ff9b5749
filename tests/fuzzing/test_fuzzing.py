"""Every route of every pattern under odd input, from its OpenAPI document and beyond: no 500, no 502."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests.conftest import copy_of
from tests.fuzzing.attack import check_document, check_hostile
from tests.generated.recipes import PATTERNS, Recipe
from tests.generated.workshop import Workshop
from tests.support.shop import open_shop
from tests.support.system import System

CASES = [*product(("e-commerce", "kinds"), PATTERNS), ("lengths", "monolith")]
A_FEW, MANY = 8, 2000
"""Requests that schemathesis makes up for each operation, in CI and on demand."""
LIKE_ANOTHER = "^/copies"
EVERY = 5
"""Of so many hostile values, one is tried at each place in CI."""


@pytest.mark.parametrize(("source", "pattern"), CASES)
@pytest.mark.parametrize(
    "examples",
    [A_FEW, pytest.param(MANY, marks=[pytest.mark.exhaustive, pytest.mark.timeout(3600)])],
)
def test_odd_input_is_never_the_fault_of_the_system(
    workshop: Workshop, tmp_path: Path, source: str, pattern: str, examples: int
) -> None:
    project = tmp_path / "project"
    copy_of(workshop.startable(Recipe(source, pattern)), project)
    with System(project, tmp_path / "log") as system:
        check_hostile(system, _token(system, source), EVERY if examples == A_FEW else 1)
        check_document(system, examples, _token(system, source), "" if examples > A_FEW else LIKE_ANOTHER)


def _token(system: System, source: str) -> str:
    if source != "e-commerce":
        return ""
    with open_shop(system.url) as shop:
        return shop.register().token or ""
