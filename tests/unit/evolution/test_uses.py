"""The user's lines that a changed spec leaves behind are named, and nothing of the tool's."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.evolution.tables import stored_table
from blueprint.evolution.uses import gone_between, uses_of
from blueprint.plan.disk_state import DiskState
from blueprint.spec.load import load_spec
from blueprint.spec.names import Name
from tests.unit.spec.examples import PATH, SHOP, changed


def gone(old: str, new: str) -> list[str]:
    found = gone_between(load_spec(SHOP, PATH), load_spec(changed(SHOP, (old, new)), PATH))
    return [each.what for each in found]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("price: money >= 0, stock: int >= 0}", "price: money >= 0}", ['the field "stock" of products']),
        ("price: money >= 0", "cost: money?", ['the field "price" of products']),
        ("{product_id: str, quantity: int >= 1}", "{product_id: str}", ['the field "quantity" of line']),
        (
            "confirm: order.confirmed, cancel: order.cancelled}",
            "confirm: order.confirmed}",
            ['the event "order.cancelled"'],
        ),
        (
            "  notifications:\n    reacts_to: {order.confirmed: notify}\n",
            "",
            ['the service "notifications"'],
        ),
        ("{order.confirmed: notify}", "{order.confirmed: tell}", ['the action "notify" of notifications']),
    ],
    ids=["field", "renamed", "type", "event", "service", "action"],
)
def test_what_is_gone_is_named(old: str, new: str, what: list[str]) -> None:
    assert gone(old, new) == what


def test_what_is_still_there_is_not() -> None:
    assert gone("price: money >= 0", "price: money?") == []


def test_lines_are_found_where_they_can_be_meant(tmp_path: Path) -> None:
    files = {
        "src/shop/products/actions.py": "x = 1\nleft = product.stock\nstocked = restock()\n",
        "src/shop/products/resource.py": "stock: int\n",
        "src/shop/orders/actions.py": "stock = 1\n",
        "tests/test_system.py": 'body = {"stock": 1}\n',
        "smoke.py": 'call("stock")\n',
        "src/shop/products/checks.py": '"""The stock."""\nx = 1  # stock\n',
        "src/shop/products/rules.py": 'def f():\n    """All\n    stock."""\n    return stock\n',
        "src/shop/products/broken.py": "# stock\nif\n",
        "notes.txt": "stock\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    before, after = load_spec(SHOP, PATH), load_spec(changed(SHOP, (", stock: int >= 0}", "}")), PATH)

    found = uses_of(tmp_path, gone_between(before, after), {"src/shop/products/resource.py"})

    assert [(use.path, use.line, use.text) for use in found] == [
        ("smoke.py", 1, 'call("stock")'),
        ("src/shop/products/actions.py", 2, "left = product.stock"),
        ("src/shop/products/broken.py", 1, "# stock"),
        ("src/shop/products/rules.py", 4, "return stock"),
        ("tests/test_system.py", 1, 'body = {"stock": 1}'),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{order.confirmed: notify}", "{order.confirmed: tell}", ["notify", "Notify", "NotifyResult"]),
        (", stock: int >= 0}", "}", ["stock"]),
        (", total: money?", ", whole: money?", ["total"]),
        ("class: str", "klass: str", ["class", "class_"]),
        ("{product_id: str, quantity: int >= 1}", "{product_id: str}", ["quantity"]),
        ("cancel: order.cancelled}", "cancel: order.ended}", ["order.cancelled"]),
        (
            "  payments:\n    resource:",
            "  payments:\n    singular: fee\n    resource:",
            ["Payment", "NewPayment", "PaymentCreated", "payment_id"],
        ),
    ],
)
def test_every_word_for_what_is_gone_is_looked_for(
    old: str, new: str, words: list[str], tmp_path: Path
) -> None:
    text = changed(SHOP, ("name: str,", "name: str, class: str,"))
    before, after = load_spec(text, PATH), load_spec(changed(text, (old, new)), PATH)
    lines = [f"x = {word}" for word in words]
    (tmp_path / "smoke.py").write_text("\n".join(["x = a", *lines, *(f"x = {word}s" for word in words)]))

    assert [use.text for use in uses_of(tmp_path, gone_between(before, after), ())] == lines


@pytest.mark.parametrize(
    ("by_hand", "stays"),
    [
        ("", True),
        ('ALTER TABLE "products" DROP COLUMN "stock";', False),
        ('ALTER TABLE "products" RENAME COLUMN "stock" TO "left";', False),
    ],
)
def test_a_column_is_said_to_stay_only_while_it_does(by_hand: str, stays: bool) -> None:
    created = 'CREATE TABLE "products" ("id" TEXT PRIMARY KEY, "price" BIGINT, "stock" BIGINT);'
    disk_state = DiskState({}, 1, stored_table("products", [created, by_hand]))
    before, after = (load_spec(text, PATH) for text in (SHOP, changed(SHOP, (", stock: int >= 0}", "}"))))

    [found] = gone_between(before, after, {Name("products"): disk_state})

    assert ("its column stays" in found.stays) == stays
