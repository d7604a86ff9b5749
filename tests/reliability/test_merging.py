"""Edits next to what the tool writes go through `add-service` and `sync`, and come back with `undo`."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from blueprint.cli.main import run
from tests.conftest import PATTERNS
from tests.unit.cli.projects import files_of

RUFF: str = importlib.import_module("ruff").find_ruff_bin()
ORDERS = "src/shop/orders/resource.py"
PRODUCTS = "src/shop/products/resource.py"
SHIPMENTS = (
    *("add-service", "shipments", "--field", "address: str", "--action", "ship", "--undo", "unship"),
    *("--step-of", "checkout", "--after", "payments"),
)

OURS = {
    ORDERS: "reason: Annotated[Text, Field(max_length=200)] | None = None  # ours\n",
    "requirements.lock": "hpack==4.2.0 \\\n    --hash=sha256:aa\n",
    "requirements-dev.lock": "hpack==4.2.0 \\\n    --hash=sha256:aa\n",
    "pyproject.toml": '"stripe>=14,<15",  # ours\n',
    "compose.yaml": "  # ours\n  mailpit:\n    image: axllent/mailpit:v1.27\n",
    ".github/workflows/ci.yaml": "      # ours\n      - name: Coverage\n        run: coverage xml\n",
    "docs/openapi.json": '"/webhooks/stripe": {\n      "post": {"operationId": "ours"}\n    }',
    ".env.example": "# ours\nSTRIPE_URL=https://stripe.example\n",
}


def edit(shop: Path, file: str, *changes: tuple[str, str]) -> None:
    text = (shop / file).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (shop / file).write_text(text)


def limit_by_hand(shop: Path) -> None:
    edit(
        shop,
        ORDERS,
        ("import TypedDict\n", "import Annotated, TypedDict\n\nfrom pydantic import Field\n"),
        ("    reason: Text | None = None\n", f"    {OURS[ORDERS]}"),
    )


def package_in_locks(shop: Path) -> None:
    for file in ("requirements.lock", "requirements-dev.lock"):
        edit(shop, file, ("\nidna==", "\nhpack==4.2.0 \\\n    --hash=sha256:aa\nidna=="))


def dependency(shop: Path) -> None:
    edit(shop, "pyproject.toml", ("\n]\n", '\n    "stripe>=14,<15",  # ours\n]\n'))


def container(shop: Path) -> None:
    edit(
        shop,
        "compose.yaml",
        ("\nvolumes:", "\n  # ours\n  mailpit:\n    image: axllent/mailpit:v1.27\nvolumes:"),
    )


def step_in_workflow(shop: Path) -> None:
    text = (shop / ".github/workflows/ci.yaml").read_text()
    last = text.rindex("      - name:")
    ours = "      # ours\n      - name: Coverage\n        run: coverage xml\n"
    (shop / ".github/workflows/ci.yaml").write_text(text[:last] + ours + text[last:])


def path_in_document(shop: Path) -> None:
    ours = f"    {OURS['docs/openapi.json']}\n  }},\n"
    edit(shop, "docs/openapi.json", ('    }\n  },\n  "components"', "    },\n" + ours + '  "components"'))


def setting(shop: Path) -> None:
    edit(shop, ".env.example", ("\n\n", "\n\n# ours\nSTRIPE_URL=https://stripe.example\n\n"))


EDITS: tuple[Callable[[Path], None], ...] = (
    limit_by_hand,
    package_in_locks,
    dependency,
    container,
    step_in_workflow,
    path_in_document,
    setting,
)


def shop_at(root: Path, pattern: str) -> Path:
    assert (
        run(["new", "shop", "-p", pattern, "--preset", "e-commerce", "-y", "-o", str(root), "--no-git"]) == 0
    )
    return root


def assert_whole(shop: Path) -> None:
    """Nothing is between markers or beside, each edit is there, and what programs read can be read."""
    for file, text in OURS.items():
        assert text in (shop / file).read_text(), file
    assert not list(shop.rglob("*.blueprint-new"))
    assert not any(re.search(rb"^<<<<<<<", content, re.MULTILINE) for content in files_of(shop).values())
    json.loads((shop / "docs/openapi.json").read_text())
    for file in shop.rglob("*.py"):
        ast.parse(file.read_text())
    linted = subprocess.run(
        [RUFF, "check", "-q", "--no-cache", "."], cwd=shop, capture_output=True, text=True, check=False
    )
    assert linted.stdout == ""
    assert (
        subprocess.run([RUFF, "format", "--check", "-q", "--no-cache", "."], cwd=shop, check=False).returncode
        == 0
    )
    assert run(["check", str(shop)]) == 0


@pytest.mark.parametrize("pattern", PATTERNS)
def test_edits_beside_what_the_tool_writes_go_through(pattern: str, tmp_path: Path) -> None:
    shop = shop_at(tmp_path / "shop", pattern)
    for change in EDITS:
        change(shop)
    before = files_of(shop)

    assert run([*SHIPMENTS, "-C", str(shop)]) == 0
    assert_whole(shop)
    assert run(["undo", str(shop)]) == 0
    assert files_of(shop) == before

    assert run([*SHIPMENTS, "-C", str(shop)]) == 0
    edit(
        shop,
        "blueprint.yaml",
        ("      reason: str?\n", "      reason: str?\n      note: str?\n      paid: bool?\n"),
    )
    assert run(["sync", str(shop)]) == 0
    assert_whole(shop)
    assert "  # ours\n    note: Text | None = None\n    paid:" in (shop / ORDERS).read_text()
    assert "/shipments" in json.loads((shop / "docs/openapi.json").read_text())["paths"]


def test_code_that_cannot_be_merged_works_on_until_it_is_settled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = shop_at(tmp_path / "shop", "monolith")
    edit(shop, PRODUCTS, ("Integer, Field(ge=0)", "Integer, Field(ge=3)"))
    mine = (shop / PRODUCTS).read_text()
    edit(shop, "blueprint.yaml", ("stock: int >= 0", "stock: int >= -5"))
    capsys.readouterr()

    assert run(["--json", "sync", str(shop)]) == 4
    answer: Any = json.loads(capsys.readouterr().out)
    [problem] = answer["errors"]
    assert (problem["code"], problem["path"]) == ("kept-beside", str(shop / PRODUCTS))
    assert "both sides changed it: Product > stock > 2 > ge" in problem["message"]
    assert (shop / PRODUCTS).read_text() == mine
    assert "-5" in (shop / f"{PRODUCTS}.blueprint-new").read_text()
    assert run(["check", str(shop)]) == 1

    (shop / f"{PRODUCTS}.blueprint-new").replace(shop / PRODUCTS)
    assert run(["check", str(shop)]) == 0


def test_a_limit_of_yours_beside_one_of_the_tool_goes_along_when_that_changes(tmp_path: Path) -> None:
    shop = shop_at(tmp_path / "shop", "monolith")
    edit(shop, PRODUCTS, ("Integer, Field(ge=0)", "Integer, Field(ge=0, le=99)"))
    edit(shop, "blueprint.yaml", ("stock: int >= 0", "stock: int >= -5"))

    assert run(["sync", str(shop)]) == 0
    assert "    stock: Annotated[Integer, Field(ge=-5, le=99)]\n" in (shop / PRODUCTS).read_text()
