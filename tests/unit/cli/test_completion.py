"""Shells complete commands and options, and what the spec of the project names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.projects import project_at

SPEC = """\
version: 1
name: shop
pattern: event-driven
stack: fastapi
services:
  orders:
    resource: {item_name: str, total: money}
    publishes: {created: order.placed}
    actions: {confirm: {}, cancel: {}}
  old-letters:
    resource: {text: str}
workflows:
  checkout:
    starts: orders.created
    steps: [old-letters.write]
    success: orders.confirm
    failure: orders.cancel
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = project_at(tmp_path / "shop")
    spec = SPEC.replace(
        "    resource: {text: str}\n", "    resource: {text: str}\n    actions: {write: {}}\n"
    )
    (project / "blueprint.yaml").write_text(spec)
    return project


def completions(shell: str, line: str, folder: Path) -> list[str]:
    """What the shell is told for a line that ends at the cursor."""
    words = line.split(" ")
    variables = {
        "_BLUEPRINT_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = subprocess.run(
        [sys.executable, "-m", "blueprint"],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [text.split("\t")[0] for text in done.stdout.splitlines() if text]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("blueprint dead", ["dead-letters"]),
        ("blueprint dead-letters re", ["replay"]),
        ("blueprint data o", ["orders", "old-letters"]),
        ("blueprint data old-letters ", ["old_letters"]),
        ("blueprint data orders --columns item", ["item_name"]),
        ("blueprint data orders --columns id,tot", ["id,total"]),
        ("blueprint events --service old", ["old-letters"]),
        ("blueprint events --type order", ["order.placed", "orders.confirm", "orders.cancel"]),
        ("blueprint events --type che", ["checkout"]),
        ("blueprint add-service letters --consumes ", ["order.placed"]),
        ("blueprint add-service letters --step-of ", ["checkout"]),
        ("blueprint run gate", ["gateway"]),
        ("blueprint run --logs gate", ["gateway"]),
        ("blueprint new -p m", ["microservices", "monolith"]),
        ("blueprint new --preset e", ["e-commerce"]),
        ("blueprint new --stack ", ["fastapi"]),
        ("blueprint new --database post", ["postgresql"]),
        ("blueprint new --broker n", ["nats"]),
        ("blueprint new --discovery d", ["dns"]),
        ("blueprint explain event-d", ["event-driven"]),
        ("blueprint compare mic", ["microservices"]),
        ("blueprint completion ", ["bash", "zsh", "fish"]),
    ],
)
def test_bash_and_fish_complete(line: str, expected: list[str], project: Path) -> None:
    below = project / "src"

    assert completions("bash", line, below) == expected
    assert completions("fish", line, below) == expected


def test_zsh_completes(project: Path) -> None:
    assert "old-letters" in " ".join(completions("zsh", "blueprint data ol", project))


def test_another_project_is_named_by_its_folder(project: Path, tmp_path: Path) -> None:
    assert completions("bash", "blueprint data -C shop or", tmp_path) == ["orders"]


def test_nothing_is_completed_outside_of_a_project_or_in_one_with_a_broken_spec(
    project: Path, tmp_path: Path
) -> None:
    assert completions("bash", "blueprint data o", tmp_path) == []
    (project / "blueprint.yaml").write_text("services: [")
    assert completions("bash", "blueprint data o", project) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_can_read(shell: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "blueprint", "completion", shell], capture_output=True, text=True, check=True
    )
    assert f"complete_{shell}" in done.stdout
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=done.stdout, text=True, check=True)
