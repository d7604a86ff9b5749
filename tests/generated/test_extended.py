"""A shop that people have worked on is extended: their lines stay, and it passes all checks of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.generated.edits import EDITS
from tests.generated.recipes import PATTERNS, Recipe, write
from tests.generated.test_projects import CHECKS
from tests.generated.workshop import Workshop, output

pytestmark = pytest.mark.slow

SHIPMENTS = (
    *(
        "shipments",
        "--field",
        "order_id: str unique",
        "--field",
        "items: list[line]",
        "--field",
        "status: str",
    ),
    *("--action", "ship", "--refuses", "no_address", "--undo", "cancel_shipment"),
    *("--step-of", "checkout", "--after", "payments", "--publishes", "ship: shipment.sent"),
)
NOTIFICATIONS = (
    "notifications",
    "--consumes",
    "shipment.sent: tell",
    "--consumes",
    "order.cancelled: regret",
)
# A field, one in a type, an action and a reaction where there was none, and events.
EVOLUTION = {
    "stock: int >= 0}": "stock: int >= 0, sku: str?, ean: str? unique}",
    "quantity: int >= 1}": "quantity: int >= 1, engraving: str?}",
    "undo: release\n": "undo: release\n      restock: {in: {product_id: str}, out: {stock: int}}\n",
    "      reason: str?\n": "      reason: str?\n      gift: bool?\n",
    "{charge: payment.captured}\n": (
        "{charge: payment.captured, refund: payment.refunded}\n    reacts_to: {order.confirmed: book}\n"
    ),
    "{reserve: stock.reserved}": "{reserve: stock.reserved, restock: stock.added}",
    "    resource: {email: str": "    reacts_to: {payment.refunded: apologise}\n    resource: {email: str",
}


def edited(pattern: str, folder: Path) -> Path:
    """A shop in this pattern, with all hand-made edits."""
    root = folder / "shop"
    write(Recipe("e-commerce", pattern), root)
    for edit in EDITS:
        edit.make(root)
    return root


def with_services(root: Path) -> None:
    for flags in (SHIPMENTS, NOTIFICATIONS):
        assert run(["add-service", *flags, "-C", str(root)]) == 0


def evolved(root: Path) -> None:
    spec = root / "blueprint.yaml"
    text = spec.read_text()
    for old, new in EVOLUTION.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    spec.write_text(text)
    assert run(["sync", str(root)]) == 0


@pytest.mark.long
@pytest.mark.parametrize("change", [with_services, evolved])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_edits_stay_and_all_checks_pass(
    pattern: str, change: Callable[[Path], None], tmp_path: Path, workshop: Workshop
) -> None:
    root = edited(pattern, tmp_path)

    change(root)

    assert [edit for edit in EDITS if not edit.is_kept(root)] == []
    (root / ".blueprint/venv").symlink_to(Path(workshop.python(root)).parents[1], target_is_directory=True)
    assert run(["openapi", str(root)]) == 0, "the edits have changed what requests may hold"
    workshop.run_in(root, "ruff", "format", "--quiet", "src/shop")  # pages have shorter lines
    for check in CHECKS:
        workshop.run_in(root, *check.split())
    assert run(["check", str(root)]) == 0


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_extended_shop_starts_and_sells(pattern: str, tmp_path: Path) -> None:
    root = edited(pattern, tmp_path)

    with_services(root)

    output([sys.executable, "-m", "blueprint", "run", ".", "--smoke"], root)


def test_a_shop_without_a_service_of_its_preset_passes_its_checks(workshop: Workshop, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    write(Recipe("e-commerce", "event-driven"), root)
    assert run(["add-service", "payments", "--remove", "-C", str(root)]) == 0

    workshop.run_in(root, "mypy")
    workshop.run_in(root, "ruff", "check")
    workshop.run_in(
        root, "pytest", "src", "tests/test_system.py", "tests/test_documents.py", "tests/test_events.py"
    )
    output([sys.executable, "-m", "blueprint", "run", ".", "--smoke"], root)
