from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import blueprint

PROGRAM = """\
import hashlib
from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec

catalog = load_catalog()
source = preset_source(catalog.find("preset", "e-commerce", "fastapi"), "shop", "event-driven", "fastapi")
tree = render(make_plan(load_spec(source, "blueprint.yaml"), catalog, source))
for path, blob in tree.items():
    print(path, blob.sha256, blob.executable, blob.seeded)
"""


def listing(folder: Path, umask: int, **variables: str) -> str:
    """Paths and hashes of a project made in a process of its own, under these circumstances."""
    root = str(Path(blueprint.__file__).parents[1])
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": root, "XDG_CACHE_HOME": str(folder), **variables}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(
        command, cwd=folder, env=environment, umask=umask, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def test_the_same_spec_gives_the_same_bytes_anywhere(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "ü b"]
    for folder in folders:
        folder.mkdir()

    first = listing(folders[0], 0o022, PYTHONHASHSEED="0", LC_ALL="C", TZ="UTC", HOME="/")
    second = listing(
        folders[1], 0o077, PYTHONHASHSEED="1", LC_ALL="tr_TR.UTF-8", TZ="Asia/Tokyo", RUFF_NO_CACHE="x"
    )

    assert first == second
    assert len(first.splitlines()) > 50


def test_a_second_run_from_the_cache_gives_the_same_bytes(tmp_path: Path) -> None:
    assert listing(tmp_path, 0o022) == listing(tmp_path, 0o022)
