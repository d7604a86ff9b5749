"""Packs that tests write, and the command line that takes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from blueprint.cli.main import run

EXAMPLES = Path(__file__).parents[2] / "examples/packs"
OVERLAY = "kind: overlay\nid: acme\ntitle: ACME\nsummary: what all projects have\n"
NOTE = {"pack.yaml": OVERLAY, "files/deploy/acme.txt.j2": "{{ project }} belongs to ACME\n"}
SPEC = """\
version: 1
name: desk
pattern: event-driven
stack: fastapi
packs: [./packs]
services:
  notes:
    resource: {text: str}
"""

Pack = Mapping[str, str]


def write_pack(folder: Path, files: Pack) -> Path:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def write_distribution(site: Path, version: str, files: Pack, name: str = "acme-packs") -> None:
    """As pip installs it. Its module says so if somebody imports it."""
    package = name.replace("-", "_")
    write_pack(site / package, {"__init__.py": "raise SystemExit('imported')\n"})
    write_pack(site / package / "note", files)
    for old in site.glob(f"{package}-*.dist-info"):
        for file in old.iterdir():
            file.unlink()
        old.rmdir()
    write_pack(
        site / f"{package}-{version}.dist-info",
        {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            "entry_points.txt": f"[blueprint.packs]\n{package} = {package}\n",
        },
    )


def new(folder: Path, *more: str) -> Path:
    """An event-driven project of one service; `more` are further flags."""
    spec = folder / "desk.yaml"
    spec.write_text(SPEC.replace("packs: [./packs]\n", ""), "utf-8")
    project = folder / "desk"
    assert run(["new", "--spec", str(spec), "-o", str(project), "-y", "--no-git", *more]) == 0
    return project


def contents(project: Path) -> dict[str, bytes]:
    files = (file for file in project.rglob("*") if file.is_file() and ".blueprint/local" not in str(file))
    return {file.relative_to(project).as_posix(): file.read_bytes() for file in files}


def answer(capsys: pytest.CaptureFixture[str], *command: str) -> dict[str, Any]:
    """What a command says with --json, its exit code included."""
    capsys.readouterr()
    code = run([*command, "--json"])
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert said["exit_code"] == code
    return said
