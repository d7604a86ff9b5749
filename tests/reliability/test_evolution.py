"""A spec changes under code, tests and rows that are there: they are left alone, and the rest follows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.reliability.test_add_service import files, new

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return new(tmp_path / "mall", "e-commerce", "event-driven")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return new(tmp_path / "mall", "blank", "monolith")


def respecified(root: Path, *replacements: tuple[str, str]) -> None:
    spec = root / "blueprint.yaml"
    text = spec.read_text()
    for old, more in replacements:
        assert old in text, old
        text = text.replace(old, more, 1)
    spec.write_text(text)


def sync(root: Path, capfd: Capture, exit_code: int = 0) -> dict[str, object]:
    """What `sync` answers to a program."""
    capfd.readouterr()
    assert run(["sync", str(root), "--json"]) == exit_code
    answer: dict[str, object] = json.loads(capfd.readouterr().out)
    return answer


def touched(answer: dict[str, object]) -> dict[str, str]:
    data = answer["data"]
    assert isinstance(data, dict)
    return {change["path"]: change["action"] for change in data["changes"]}


def test_a_field_brings_types_requests_documents_and_one_migration(notes: Path, capfd: Capture) -> None:
    respecified(notes, ("text: str?}", "text: str?, colour: str?, size: int? >= 1}"))

    assert touched(sync(notes, capfd)) == {
        "README.md": "update",
        "docs/openapi.json": "update",
        "smoke.py": "update",
        "src/mall/notes/migrations/0002_add_colour_b9aa2f1b.sql": "create",
        "src/mall/notes/migrations/0002_add_size_a40a003d.sql": "create",
        "src/mall/notes/requests.py": "update",
        "src/mall/notes/resource.py": "update",
        "src/mall/notes/views.py": "update",
    }


def test_an_action_of_a_written_service_has_a_module_of_its_own(shop: Path, capfd: Capture) -> None:
    before = files(shop)
    respecified(
        shop, ("        undo: release\n", "        undo: release\n      restock: {in: {product_id: str}}\n")
    )

    changes = touched(sync(shop, capfd))

    assert changes["src/mall/products/restock_action.py"] == "create"
    assert files(shop)["src/mall/products/actions.py"] == before["src/mall/products/actions.py"]
    wiring = (shop / "src/mall/products/__init__.py").read_text()
    assert "actions=(actions.reserve, restock_action.restock, actions.release)" in wiring


def test_an_action_can_be_moved_to_where_the_others_are(shop: Path, capfd: Capture) -> None:
    respecified(
        shop, ("        undo: release\n", "        undo: release\n      restock: {in: {product_id: str}}\n")
    )
    sync(shop, capfd)
    own = shop / "src/mall/products/restock_action.py"
    with (shop / "src/mall/products/actions.py").open("a") as actions:
        actions.write(f"\n\n{own.read_text()}")
    own.unlink()

    assert touched(sync(shop, capfd)) == {"src/mall/products/__init__.py": "update"}
    assert "actions.restock" in (shop / "src/mall/products/__init__.py").read_text()
    assert touched(sync(shop, capfd)) == {}


def test_a_reaction_of_a_service_without_any_begins_a_module(shop: Path, capfd: Capture) -> None:
    respecified(
        shop, ("    resource: {email", "    reacts_to: {order.confirmed: thank}\n    resource: {email")
    )

    assert touched(sync(shop, capfd))["src/mall/users/reactions.py"] == "create"


def test_a_removed_field_keeps_its_column_and_names_the_lines_that_use_it(shop: Path, capfd: Capture) -> None:
    respecified(shop, (", stock: int >= 0}", "}"))

    answer = sync(shop, capfd)

    [created] = [path for path, action in touched(answer).items() if action == "create"]
    assert created.startswith("src/mall/products/migrations/0002_drop_not_null_stock_")
    assert (shop / created).read_text() == 'ALTER TABLE "products" ALTER COLUMN "stock" DROP NOT NULL;\n'
    data = answer["data"]
    assert isinstance(data, dict)
    assert data["gone"] == ['the field "stock" of products']
    assert {
        "src/mall/products/actions.py",
        "src/mall/products/api.py",
        "tests/workflows/test_checkout.py",
    } <= {use["path"] for use in data["uses"]}


def test_a_migration_of_the_users_renames_a_column(shop: Path, capfd: Capture) -> None:
    respecified(shop, ("stock: int >= 0}", "amount: int >= 0}"))
    by_hand = shop / "src/mall/products/migrations/0002_rename_stock.sql"
    by_hand.write_text('ALTER TABLE "products" RENAME COLUMN "stock" TO "amount";\n')

    assert sorted(touched(sync(shop, capfd))) == ["README.md", "src/mall/products/resource.py"]


@pytest.mark.parametrize(
    ("old", "more", "code", "line"),
    [
        ("stock: int >= 0}", "stock: int >= 0, sku: str}", "stored-rows", 17),
        ("stock: int >= 0}", "stock: str}", "stored-rows", 17),
        ("quantity: int >= 1}", "quantity: int >= 1, note: str}", "later-field", 10),
        ("out: {total: money}", "out: {total: money, tax: money}", "later-field", 21),
        ("preset: e-commerce\n", "", "fixed-key", None),
        ("name: mall", "name: shops", "fixed-key", 4),
    ],
)
def test_what_could_not_follow_is_refused_with_its_line_and_nothing_changes(
    old: str, more: str, code: str, line: int | None, shop: Path, capfd: Capture
) -> None:
    respecified(shop, (old, more))
    before = files(shop)

    [error] = sync(shop, capfd, 3)["errors"]

    assert (error["code"], error["line"]) == (code, line)
    assert error["hint"]
    assert files(shop) == before


def test_a_renamed_service_is_refused(notes: Path, capfd: Capture) -> None:
    respecified(notes, ("  notes:", "  memos:"))
    before = files(notes)

    [error] = sync(notes, capfd, 3)["errors"]

    assert error["code"] == "renamed-service"
    assert files(notes) == before


def test_a_service_that_gains_a_resource_gains_its_table(tmp_path: Path, capfd: Capture) -> None:
    root = new(tmp_path / "mall", "blank", "event-driven")
    assert run(["add-service", "letters", "--action", "send", "-C", str(root)]) == 0
    respecified(root, ("    actions: {send: {}}", "    resource: {text: str}\n    actions: {send: {}}"))

    changes = touched(sync(root, capfd))

    assert [path for path in changes if path.startswith("src/mall/letters/migrations/0001_letters_")]
    assert changes["src/mall/letters/api.py"] == "update"
    api = (root / "src/mall/letters/api.py").read_text()
    assert '@router.post("/letters"' in api
    assert '@router.post("/letters/send"' in api
