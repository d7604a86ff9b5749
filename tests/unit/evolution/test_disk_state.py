"""What stands on the disk is read, and nothing else is asked of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.evolution.disk_state import read_disk_states
from blueprint.plan.disk_state import DiskState, module_of
from blueprint.spec.load import load_spec
from blueprint.spec.names import Name
from tests.unit.spec.examples import PATH, SHOP

SPEC = load_spec(SHOP, PATH)
PRODUCTS = SPEC.service("products")
RESERVE = PRODUCTS.action("reserve")


def disk_state(root: Path, files: dict[str, str], *known: str) -> DiskState:
    """That of products, with these files in its folder."""
    folder = root / "src/shop/products"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read_disk_states(root, SPEC, {f"src/shop/products/{name}" for name in known})[Name("products")]


def test_a_service_that_is_not_there_has_no_standing(tmp_path: Path) -> None:
    assert read_disk_states(tmp_path, SPEC, ()) == {}


def test_migrations_of_the_users_count_but_are_not_ours(tmp_path: Path) -> None:
    table = 'CREATE TABLE "products" ("id" TEXT PRIMARY KEY, "name" TEXT NOT NULL);\n'
    files = {"migrations/0001_products.sql": table, "migrations/0007_mine.sql": "DROP TABLE products;\n"}

    found = disk_state(tmp_path, files, "migrations/0001_products.sql")

    assert list(found.migrations) == ["src/shop/products/migrations/0001_products.sql"]
    assert (found.last_number, found.table) == (7, None)


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("async def reserve(tx): ...\n", "actions"),
        ("@action\ndef reserve(tx): ...\n", "actions"),
        ("from shop.products.shelf import reserve\n", "actions"),
        ("from shop.products.shelf import take as reserve\n", "actions"),
        ("reserve = later\n", "actions"),
        ("async def reserve(tx: ...\n", "actions"),
        ("async def release(tx): ...\n\ndef _reserve(): ...\n", "reserve_action"),
        ("", "reserve_action"),
    ],
    ids=["async", "plain", "imported", "renamed", "assigned", "half written", "another", "empty"],
)
def test_an_action_is_where_it_is_defined_and_a_later_one_gets_a_module_of_its_own(
    tmp_path: Path, text: str, module: str
) -> None:
    found = disk_state(tmp_path, {"actions.py": text})

    assert module_of(PRODUCTS, RESERVE, found) == module


def test_an_action_can_move_between_modules(tmp_path: Path) -> None:
    found = disk_state(tmp_path, {"actions.py": "", "reactions.py": "async def reserve(tx): ...\n"})

    assert module_of(PRODUCTS, RESERVE, found) == "reactions"


def test_a_later_action_stays_in_the_module_of_its_own(tmp_path: Path) -> None:
    found = disk_state(tmp_path, {"actions.py": "", "reserve_action.py": "async def reserve(tx): ...\n"})

    assert module_of(PRODUCTS, RESERVE, found) == "reserve_action"


def test_the_first_action_of_a_service_makes_its_module(tmp_path: Path) -> None:
    assert module_of(PRODUCTS, RESERVE, disk_state(tmp_path, {"api.py": ""})) == "actions"


def test_what_stood_there_before_is_neither_parsed_nor_run_again(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration = 'CREATE TABLE "products" ("id" TEXT PRIMARY KEY, "name" TEXT NOT NULL CHECK ("name" > 0));\n'
    files = {"migrations/0001_products.sql": migration, "actions.py": "def reserve(tx): ...\n"}
    first = disk_state(tmp_path, files)
    for work in ("ast.parse", "blueprint.evolution.tables.stored_table"):
        monkeypatch.setattr(work, None)

    assert disk_state(tmp_path, files) == first
    assert first.table is not None and first.modules["actions"] == {"reserve"}
    assert len(list(cache.rglob("disk-states-*"))) == 1


@pytest.mark.usefixtures("cache")
def test_a_migration_or_a_module_that_changed_is_read_anew(tmp_path: Path) -> None:
    table = 'CREATE TABLE "products" ("id" TEXT PRIMARY KEY, "name" TEXT NOT NULL);\n'
    files = {"migrations/0001_products.sql": table, "actions.py": "def reserve(tx): ...\n"}
    disk_state(tmp_path, files)

    found = disk_state(
        tmp_path, {"migrations/0002_mine.sql": "DROP TABLE products;\n", "actions.py": "def sell(): ...\n"}
    )

    assert (found.table, found.modules["actions"]) == (None, {"sell"})


@pytest.mark.usefixtures("cache")
def test_where_there_is_no_table_none_is_kept(tmp_path: Path) -> None:
    files = {"migrations/0001_products.sql": "SELECT 1;\n"}

    assert [disk_state(tmp_path, files).table for _ in range(2)] == [None, None]
