"""SQL and statements of a project's own, as the pages show them, on both databases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.databases.server import Postgres
from tests.generated.edits import SQLALCHEMY, Dependency, files_of_pages
from tests.generated.workshop import Workshop

DOORS = Path(__file__).parent / "programs/test_public_doors.py"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with the code of the pages, and all that this code needs."""
    root = tmp_path_factory.mktemp("doors") / "shop"
    choices = ["-p", "monolith", "--preset", "e-commerce", "--database", "postgresql"]
    assert run(["new", "shop", *choices, "-y", "-o", str(root)]) == 0
    for edit in (*files_of_pages(), Dependency("requirements-dev.lock", SQLALCHEMY)):
        edit.make(root)
    shutil.copy(DOORS, root / "src/shop/products/tests")
    return root


TESTS = [
    f"src/shop/products/tests/test_{name}.py"
    for name in ("queries", "assortment", "sessions", "public_doors")
]


def test_the_code_of_the_pages_works_on_sqlite(shop: Path, workshop: Workshop) -> None:
    workshop.run_in(shop, "pytest", *TESTS)


def test_the_code_of_the_pages_works_on_postgresql(shop: Path, workshop: Workshop, server: Postgres) -> None:
    workshop.run_in(shop, "pytest", *TESTS, TEST_DATABASE_URL=server.new_database())
