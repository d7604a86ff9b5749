"""A field of any type, in any form, can be written to PostgreSQL and read from it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.conftest import copy_of
from tests.databases.server import Postgres
from tests.generated.every_kind import check_every_kind
from tests.generated.recipes import PATTERNS, Recipe
from tests.generated.workshop import Workshop
from tests.support.system import System

SAMPLE = "event-driven"


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(pattern, marks=() if pattern == SAMPLE else pytest.mark.exhaustive)
        for pattern in PATTERNS
    ],
)
def test_every_kind_is_written_and_read(
    server: Postgres, workshop: Workshop, tmp_path: Path, pattern: str
) -> None:
    project = tmp_path / "project"
    copy_of(workshop.startable(Recipe("kinds", pattern, database="postgresql")), project)
    with (
        System(project, tmp_path / "log", variables={"DATABASE_URL": server.new_database()}) as system,
        httpx.Client(base_url=system.url, timeout=30) as client,
    ):
        check_every_kind(client)
