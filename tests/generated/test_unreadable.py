"""A row that cannot be read is named, and makes no other one unreadable; in every pattern, for every type."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.conftest import copy_of
from tests.generated.recipes import PATTERNS, Recipe
from tests.generated.spoils import ON_SQLITE, Samples, spoils
from tests.generated.workshop import Workshop
from tests.support.system import System


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_somebody_spoilt_is_named_and_hides_no_other(
    workshop: Workshop, tmp_path: Path, pattern: str
) -> None:
    project, log = tmp_path / "kinds", tmp_path / "log"
    copy_of(workshop.startable(Recipe("kinds", pattern)), project)
    with System(project, log) as system, httpx.Client(base_url=system.url, timeout=30) as client:
        samples = Samples(client, spoils(ON_SQLITE))
        [database] = [file for file in project.rglob("*.db") if _has_samples(file)]
        with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
            for statement in samples.statements():
                connection.execute(statement)

        samples.check(log)


def _has_samples(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'samples'").fetchone()
    return found is not None
