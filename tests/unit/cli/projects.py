"""A small project, rendered once and written for each test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.plan.planner import make_plan
from blueprint.render.renderer import render
from blueprint.spec.load import load_spec
from blueprint.tree import Tree
from blueprint.workspace.create import create_project
from blueprint.workspace.destination import check_destination

SPEC = """\
# What the shop has.
version: 1
name: shop
pattern: monolith
stack: fastapi

services:
  notes:  # to begin with
    resource: {text: str}
"""
MORE = f"{SPEC}  letters:\n    resource: {{title: str}}\n"
RESOURCE = "src/shop/notes/resource.py"


@cache
def _tree() -> Tree:
    return render(make_plan(load_spec(SPEC, "blueprint.yaml"), load_catalog(), SPEC))


def project_at(path: Path) -> Path:
    """The project, written anew."""
    return create_project(_tree(), check_destination(path), __version__, git=False).path


def files_of(project: Path) -> dict[str, bytes]:
    """All files by path, without what only this machine needs."""
    return dict(_files(project))


def _files(project: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(project.rglob("*")):
        inside = file.relative_to(project).as_posix()
        if file.is_file() and not inside.startswith((".blueprint/local/", ".git/")):
            yield inside, file.read_bytes()


KILLED = """
import os, sys
from itertools import count
from blueprint.cli.main import run

rename, number = os.rename, count()
def rename_a_few(source, target, **folders):
    # What the tool puts into place has a number until then.
    if source.isdigit() and next(number) == 4:
        os._exit(77)
    rename(source, target, **folders)
os.rename = rename_a_few
run(["sync", sys.argv[1]])
"""


def kill_half_way(project: Path) -> None:
    """A sync of the project in a process that is killed when it has replaced a few files."""
    root = Path(__file__).parents[3]
    killed = subprocess.run([sys.executable, "-c", KILLED, str(project)], cwd=root, check=False)
    assert killed.returncode == 77
