"""What SQLite takes and PostgreSQL does not, such as U+0000, is refused before it gets there."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import copy_of
from tests.databases.server import Postgres
from tests.fuzzing.attack import check_hostile
from tests.generated.recipes import Recipe
from tests.generated.workshop import Workshop
from tests.support.system import System


def test_odd_input_is_never_the_fault_of_the_system(
    server: Postgres, workshop: Workshop, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    copy_of(workshop.startable(Recipe("kinds", "monolith", database="postgresql")), project)
    url = {"DATABASE_URL": server.new_database()}
    with System(project, tmp_path / "log", variables=url) as system:
        check_hostile(system, every=2)
