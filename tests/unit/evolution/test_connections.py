"""Production opens no more connections than its database accepts, whatever is edited in the manifests."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.evolution.connections import connection_problems, most_connections
from tests.generated.containers import lay
from tests.generated.recipes import PATTERNS, Recipe, drafted, tree_of

PROCESSES = {"monolith": 1, "microservices": 4, "event-driven": 4}
DEFAULT_LIMIT = 97
"""What a PostgreSQL accepts that nobody has configured."""
AUTOSCALER = "deploy/k8s/overlays/production/shop/autoscaler.yaml"
REPLICAS = "deploy/k8s/overlays/production/shop/replicas.yaml"
BASE = "deploy/k8s/base/kustomization.yaml"

every_pattern = pytest.mark.parametrize("pattern", PATTERNS)


def recipe_of(pattern: str, database: str = "postgresql") -> Recipe:
    return Recipe("e-commerce", pattern, database=database)


def most(root: Path, pattern: str = "monolith") -> int | None:
    return most_connections(root, drafted(recipe_of(pattern)).plan.deployables)


def told(root: Path, pattern: str = "monolith") -> list[str]:
    return [each.message for each in connection_problems(root, drafted(recipe_of(pattern)).plan.deployables)]


def edit(file: Path, old: str, new: str) -> None:
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return lay(tree_of(recipe_of("monolith")), tmp_path, "deploy/k8s/")


@every_pattern
def test_a_new_project_fits_a_database_that_nobody_has_configured(pattern: str, tmp_path: Path) -> None:
    root = lay(tree_of(recipe_of(pattern)), tmp_path, "deploy/k8s/")

    assert most(root, pattern) == PROCESSES[pattern] * (6 + 1) * 3 <= DEFAULT_LIMIT
    assert told(root, pattern) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "total"),
    [
        (BASE, "DATABASE_POOL=3", "DATABASE_POOL=4", 28),
        (AUTOSCALER, "maxReplicas: 6", "maxReplicas: 9", 30),
        (REPLICAS, "maxSurge: 1", 'maxSurge: "50%"', 27),
    ],
)
def test_what_an_edit_opens_too_many_of_is_told(
    file: str, old: str, new: str, total: int, shop: Path
) -> None:
    edit(shop / file, old, new)

    assert most(shop) == total
    [line] = told(shop)
    assert (
        line == f"production opens up to {total} connections to the database, but DATABASE_CONNECTIONS is 21"
    )

    edit(shop / BASE, "DATABASE_CONNECTIONS=21", f"DATABASE_CONNECTIONS={total}")
    assert told(shop) == []


def test_a_limit_of_zero_is_no_limit(shop: Path) -> None:
    edit(shop / BASE, "DATABASE_POOL=3", "DATABASE_POOL=300")
    edit(shop / BASE, "DATABASE_CONNECTIONS=21", "DATABASE_CONNECTIONS=0")

    assert told(shop) == []


@pytest.mark.parametrize(
    "text", ["", "[]", "spec: []", "spec: {maxReplicas: many}", "a: [", "configMapGenerator: 7"]
)
@pytest.mark.parametrize("file", [BASE, AUTOSCALER, REPLICAS])
def test_a_manifest_that_says_nothing_of_it_is_no_problem(file: str, text: str, shop: Path) -> None:
    (shop / file).write_text(text)

    assert told(shop) == []


def test_files_have_no_connections(tmp_path: Path) -> None:
    root = lay(tree_of(recipe_of("monolith", "sqlite")), tmp_path, "deploy/k8s/")

    assert most(root) is None
