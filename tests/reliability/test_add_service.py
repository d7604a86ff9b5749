"""A service that comes later is like one that was there from the start, and it leaves without a trace."""

from __future__ import annotations

import difflib
import json
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.cli.drafting import Options, draft
from blueprint.cli.main import run
from blueprint.render.renderer import render
from blueprint.tree import Tree
from blueprint.workspace.base_store import recorded
from tests.conftest import PATTERNS
from tests.support.programs import require

PRESETS = ("blank", "e-commerce")
SERVICES: Mapping[str, tuple[str, ...]] = {
    "lamps": ("--field", "name: str unique", "--field", "watts: int >= 1", "--publishes", "lamp.created"),
    "letters": ("--consumes", "lamp.created", "--field", "lamp_id: str"),
}
SHIPMENTS = (
    *("shipments", "--field", "order_id: str unique", "--field", "status: str", "--action", "ship"),
    *("--undo", "cancel_shipment", "--step-of", "checkout", "--after", "payments"),
    *("--publishes", "ship: shipment.sent", "--consumes", "order.cancelled: forget"),
)

every_kind = pytest.mark.parametrize(
    ("preset", "pattern"), [(preset, pattern) for preset in PRESETS for pattern in PATTERNS]
)


@cache
def fresh(preset: str, pattern: str) -> Tree:
    """All files of a new project, records included."""
    drafted = draft(Options("mall", pattern, "fastapi", preset), load_catalog())
    return Tree(recorded(render(drafted.plan), __version__))


def new(root: Path, preset: str, pattern: str) -> Path:
    """A new project on the disk."""
    for path, blob in fresh(preset, pattern).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(blob.content)
    return root


def add(root: Path, name: str, *flags: str) -> int:
    return run(["add-service", name, *flags, "-C", str(root)])


def files(root: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and bytes by path, without what only this machine needs for `undo`."""
    return {
        path.relative_to(root).as_posix(): (path.stat().st_mode, path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_relative_to(root / ".blueprint/local")
    }


@every_kind
def test_new_with_both_is_new_with_one_and_then_the_other(preset: str, pattern: str, tmp_path: Path) -> None:
    grown = new(tmp_path / "grown", preset, pattern)
    for name, flags in SERVICES.items():
        assert add(grown, name, *flags) == 0
    if preset == "e-commerce":
        assert add(grown, *SHIPMENTS) == 0

    written = tmp_path / "written"
    assert run(["new", "--spec", str(grown / "blueprint.yaml"), "--no-git", "-o", str(written)]) == 0

    assert files(grown) == files(written)
    assert run(["check", str(grown)]) == 0


@every_kind
def test_what_was_added_and_removed_was_never_there(preset: str, pattern: str, tmp_path: Path) -> None:
    root = new(tmp_path / "mall", preset, pattern)
    before = files(root)

    for name, flags in SERVICES.items():
        assert add(root, name, *flags) == 0
    for name in reversed(SERVICES):
        assert add(root, name, "--remove") == 0

    assert files(root) == before


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_step_that_was_added_and_removed_was_never_there(pattern: str, tmp_path: Path) -> None:
    root = new(tmp_path / "mall", "e-commerce", pattern)
    before = files(root)

    assert add(root, *SHIPMENTS) == 0
    assert add(root, "shipments", "--remove") == 0

    assert files(root) == before


@pytest.mark.parametrize(("preset", "pattern"), [("blank", "monolith"), ("e-commerce", "event-driven")])
def test_a_dry_run_shows_the_very_change_and_makes_none(
    preset: str, pattern: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = new(tmp_path / "mall", preset, pattern)
    patched = Path(shutil.copytree(root, tmp_path / "patched"))
    before = files(root)
    capfd.readouterr()

    assert add(root, "lamps", *SERVICES["lamps"], "-n", "--json") == 0
    told = json.loads(capfd.readouterr().out)["data"]
    assert files(root) == before
    assert add(root, "lamps", *SERVICES["lamps"], "--json") == 0
    done = json.loads(capfd.readouterr().out)["data"]

    assert told["changes"] == done["changes"]
    assert (told["written"], done["written"]) == (False, True)
    patch = [require("git"), "apply", "--whitespace=nowarn", "-"]
    subprocess.run(patch, cwd=patched, input=told["diff"], text=True, check=True, timeout=60)
    assert texts(patched) == texts(root)


def texts(root: Path) -> dict[str, tuple[int, bytes]]:
    """What a diff can tell: all files but records, and empty ones."""
    records = (".blueprint/base.jsonl", ".blueprint/lock.json")
    return {path: file for path, file in files(root).items() if file[1] and not path.startswith(records)}


def test_an_edited_file_of_a_removed_service_stays_and_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = new(tmp_path / "mall", "blank", "monolith")
    add(root, "lamps", *SERVICES["lamps"])
    api = root / "src/mall/lamps/api.py"
    api.write_text(f"{api.read_text()}\n# by hand\n")
    capfd.readouterr()

    assert add(root, "lamps", "--remove") == 0

    assert [path.name for path in (root / "src/mall/lamps").rglob("*") if path.is_file()] == ["api.py"]
    assert "orphan  src/mall/lamps/api.py" in capfd.readouterr().out


def test_the_users_words_in_the_spec_stay(tmp_path: Path) -> None:
    root = new(tmp_path / "mall", "e-commerce", "event-driven")
    spec = root / "blueprint.yaml"
    text = spec.read_text().replace("services:", "# Ours.\nservices:  # all of them").replace("\n", "\r\n")
    spec.write_bytes(f"\ufeff{text}".encode())

    assert add(root, "lamps", *SERVICES["lamps"]) == 0

    before, after = (each.splitlines(keepends=True) for each in (f"\ufeff{text}", spec.read_bytes().decode()))
    assert [line for line in difflib.ndiff(before, after) if line.startswith("- ")] == []
    assert all(line.endswith("\r\n") for line in after)


@pytest.mark.parametrize(
    ("words", "exit_code", "message"),
    [
        (["add-service"], 2, "a service needs a name"),
        (["add-service", "lamps"], 2, 'the service "lamps" has no fields, actions or events'),
        (["add-service", "notes", "--field", "a: str"], 3, 'the service "notes" already exists'),
        (["add-service", "note", "--field", "a: str"], 3, "Note"),
        (["add-service", "lamps", "--field", "a: text!"], 3, "is not a type name"),
        (["add-service", "lamps", "--consumes", "no.such"], 3, "no service publishes"),
        (["add-service", "lamps", "--action", "x", "--step-of", "none"], 3, "there is no workflow"),
        (["add-service", "lamps", "--remove"], 3, 'there is no service "lamps"'),
        (["add-service", "notes", "--remove"], 3, "the only service"),
        (["add-service", "notes", "--remove", "--field", "a: str"], 2, "--remove removes the whole service"),
        (["add-service", "lamps", "--filed", "a: str"], 2, "no such option"),
    ],
)
def test_bad_input_is_one_line_with_a_hint_and_changes_nothing(
    words: list[str], exit_code: int, message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = new(tmp_path / "mall", "blank", "monolith")
    before = files(root)
    capfd.readouterr()

    assert run([*words, "-C", str(root)]) == exit_code

    error, hint = capfd.readouterr().err.splitlines()
    assert error.startswith("error: ")
    assert message in error
    assert hint.startswith("hint: ")
    assert files(root) == before


def test_a_broken_spec_is_told_first(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    root = new(tmp_path / "mall", "blank", "monolith")
    (root / "blueprint.yaml").write_text("version: 1\nservces: {}\n")
    capfd.readouterr()

    assert add(root, "lamps", *SERVICES["lamps"]) == 3
    assert "blueprint.yaml:2:1" in capfd.readouterr().err


def test_outside_of_a_project_there_is_nothing_to_add_to(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert add(tmp_path, "lamps", *SERVICES["lamps"]) == 2
    assert len(capfd.readouterr().err.splitlines()) == 2


def test_undo_takes_a_service_back(tmp_path: Path) -> None:
    root = new(tmp_path / "mall", "e-commerce", "microservices")
    before = files(root)

    assert add(root, *SHIPMENTS) == 0
    assert run(["undo", str(root)]) == 0

    assert files(root) == before
