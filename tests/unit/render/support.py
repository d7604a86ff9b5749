"""Rendering of toy packs."""

from __future__ import annotations

from pathlib import Path

from blueprint.render.renderer import render
from blueprint.tree import RelPath, Tree
from tests.unit.catalog.toys import SPEC, toy_packs, toy_plan


def rendered(root: Path, spec: str = SPEC, **packs: dict[str, str]) -> Tree:
    """The project that comes of the toy packs and these files in them."""
    all_packs = toy_packs()
    for pack, files in packs.items():
        all_packs.setdefault(pack, {}).update(files)
    return render(toy_plan(root, all_packs, spec))


def text(tree: Tree, path: str) -> str:
    """The text of a file in the project."""
    return tree[RelPath(path)].content.decode()


def one_file(root: Path, template: str, **packs: dict[str, str]) -> str:
    """What a template comes to in the toy project."""
    packs["stack"] = {"files/out.txt.j2": template, **packs.get("stack", {})}
    return text(rendered(root, **packs), "out.txt")
