"""A migration that would stop a start is told before any database sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.evolution.replay import migration_problems
from blueprint.plan.model import Deployable
from blueprint.spec.load import load_spec
from blueprint.spec.names import Name
from tests.unit.spec.examples import PATH, SHOP

SPEC = load_spec(SHOP, PATH)
ONE = (Deployable(Name("shop"), SPEC.services),)
MANY = tuple(Deployable(service.name, (service,)) for service in SPEC.services)
GOOD = 'CREATE TABLE "%s" ("id" TEXT PRIMARY KEY);\n'
BAD = "-- a comment\nALTER TABLE nobody ADD COLUMN x TEXT;\n"


def problems(root: Path, files: dict[str, str], deployables: tuple[Deployable, ...] = ONE) -> list[str]:
    """Code, file and line of each."""
    for path, text in files.items():
        folder, _, name = path.partition("/")
        file = root / "src/shop" / folder / "migrations" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    found = migration_problems(root, Name("shop"), deployables)
    return [
        f"{each.code} {Path(each.path or '').relative_to(root / 'src/shop')}:{each.line}" for each in found
    ]


def test_migrations_that_run_are_no_problem(tmp_path: Path) -> None:
    files = {
        "platform/0001_kit.sql": GOOD % "kit",
        "orders/0001_orders.sql": GOOD % "orders",
        "orders/0002_more.sql": "ALTER TABLE orders ADD COLUMN x TEXT; UPDATE kit SET id = 1;\n",
        "orders/0003_other.postgresql.sql": BAD,
        "nobody/0001_ours.sql": BAD,
    }

    assert problems(tmp_path, files) == []


@pytest.mark.parametrize("folder", ["platform", "products", "orders", "payments"])
@pytest.mark.parametrize("deployables", [ONE, MANY], ids=["one process", "many"])
def test_one_that_fails_is_told_once_with_its_line(
    folder: str, deployables: tuple[Deployable, ...], tmp_path: Path
) -> None:
    files = {f"{folder}/0001_good.sql": GOOD % "good", f"{folder}/0002_bad.sql": BAD}

    assert problems(tmp_path, files, deployables) == [f"migration-fails {folder}/migrations/0002_bad.sql:2"]


def test_each_process_has_a_database_of_its_own(tmp_path: Path) -> None:
    files = {"orders/0001_a.sql": GOOD % "a", "payments/0001_b.sql": GOOD % "a"}

    assert problems(tmp_path, files, MANY) == []
    assert problems(tmp_path, files, ONE) == ["migration-fails payments/migrations/0001_b.sql:1"]


def test_the_same_change_under_two_names_is_told_with_the_other_one(tmp_path: Path) -> None:
    files = {"orders/0001_a.sql": GOOD % "a", "orders/0002_b.sql": f"-- anew\n{GOOD % 'a'}"}

    assert problems(tmp_path, files)[0].startswith("migration-twice orders/migrations/0002_b.sql")


def test_migrations_run_in_the_order_of_their_names(tmp_path: Path) -> None:
    files = {
        "orders/0002_b.sql": "ALTER TABLE a ADD COLUMN x TEXT;\n",
        "orders/0001_a.sql": GOOD % "a",
        "orders/0003.sql": "ALTER TABLE a DROP COLUMN x;\n",
    }

    assert problems(tmp_path, files) == []
