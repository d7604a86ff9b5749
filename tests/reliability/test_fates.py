"""A file that was deleted, moved or replaced by a link can be had back, or left so, in every pattern."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from blueprint.cli.main import run
from tests.conftest import PATTERNS
from tests.unit.cli.projects import files_of

Capture = pytest.CaptureFixture[str]

DELETED, MOVED, LINKED, EDITED = "docs/openapi.json", "compose.yaml", "Dockerfile", "README.md"


@pytest.fixture(params=zip(PATTERNS, ("blank", "e-commerce", "e-commerce"), strict=True), ids="-".join)
def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose user has gone through its files; the current folder is in the middle of it."""
    pattern, preset = request.param
    root = tmp_path / "shop"
    assert run(["new", "shop", "-o", str(root), "-p", pattern, "--preset", preset, "-y", "--no-git"]) == 0
    monkeypatch.chdir(root / "src")
    (root / DELETED).unlink()
    (root / MOVED).rename(root / "containers.yaml")
    (root / LINKED).unlink()
    (root / LINKED).symlink_to("AGENTS.md")
    (root / EDITED).write_text("mine\n")
    return root


def test_they_come_back_and_the_check_is_green_after_the_next_service(shop: Path, capsys: Capture) -> None:
    grown = ["add-service", "letters", "--field", "title: str", "--publishes", "letter.created"]
    assert run([*grown, "-C", str(shop)]) in (0, 4)  # the link, or an edit that is in the way
    names = [f"../{path}" for path in (DELETED, MOVED, LINKED, EDITED)]
    before = files_of(shop)
    assert run(["restore", *names]) == 4
    assert files_of(shop) == before
    capsys.readouterr()

    assert run(["restore", "--force", "--json", *names]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "changed"
    assert run(["check"]) == 0
    assert not (shop / LINKED).is_symlink()
    assert "letter" in (shop / DELETED).read_text()
    assert (shop / f"{EDITED}.mine").exists()
    assert run(["undo"]) == 0
    assert (shop / LINKED).is_symlink()
    assert files_of(shop) == before


def test_they_stay_so_and_the_check_is_green_after_the_next_service(shop: Path) -> None:
    assert run(["keep", *(f"../{path}" for path in (DELETED, MOVED, LINKED, EDITED))]) == 0
    assert run(["add-service", "letters", "--field", "title: str", "-C", str(shop)]) == 0

    assert run(["check"]) == 0
    assert not os.path.lexists(shop / DELETED)
    assert not os.path.lexists(shop / MOVED)
    assert (shop / LINKED).is_symlink()
    assert (shop / EDITED).read_text() == "mine\n"
    assert not list(shop.rglob("*.blueprint-new"))
