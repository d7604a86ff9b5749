"""The scheduler of jobs keeps its promises on every database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases.server import Postgres
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop

TESTS = Path(__file__).parents[1] / "jobs/scheduler.txt"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_scheduler_keeps_its_promises(database: str, workshop: Workshop, server: Postgres) -> None:
    project = workshop.project(Recipe("kebab", "monolith", database="postgresql"))
    file = project / f"tests/test_scheduler_on_{database}.py"
    file.write_text(TESTS.read_text("utf-8").replace("PACKAGE", "corner_shop"), "utf-8")
    url = server.new_database() if database == "postgresql" else ""

    told = workshop.run_in(project, "pytest", str(file), TEST_DATABASE_URL=url)

    assert "12 passed" in told
