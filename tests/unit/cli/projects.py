"""A small project, rendered once and written for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

from blueprint import __version__
from blueprint.catalog.load import load_catalog
from blueprint.cli.main import run
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


def kill_half_way(project: Path) -> None:
    """A sync of the project in a process that is killed when it has replaced a few files."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    replace, number = Path.replace, count()

    def replace_or_die(self: Path, target: Path) -> Path:
        return replace(self, target) if next(number) < 4 else os._exit(77)

    Path.replace = replace_or_die
    os._exit(run(["sync", str(project)]))
