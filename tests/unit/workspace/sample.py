"""A small project, and how a folder looks."""

from __future__ import annotations

from pathlib import Path

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.create import Created, create_project
from blueprint.workspace.destination import check_destination

SAMPLE = Tree(
    {
        RelPath("README.md"): FileBlob("# Shop – with ünicode\n".encode()),
        RelPath("bin/start"): FileBlob(b"#!/bin/sh\n", executable=True),
        RelPath("logo.png"): FileBlob(b"\x89PNG\0\0"),
        RelPath("src/shop/orders/actions.py"): FileBlob(b"def confirm(): ...\n", seeded=True),
        RelPath("src/shop/__init__.py"): FileBlob(b""),
    }
)


def create(path: Path, git: bool = False, tree: Tree = SAMPLE) -> Created:
    return create_project(tree, check_destination(path), "1.2.3", git)


def snapshot(folder: Path, *, without: tuple[str, ...] = ()) -> dict[str, tuple[int, bytes | None]]:
    """Path to mode and bytes, None for a folder; without anything that has one of these endings."""
    return {
        str(entry.relative_to(folder)): (entry.stat().st_mode, None if entry.is_dir() else entry.read_bytes())
        for entry in sorted(folder.rglob("*"))
        if not any(part.endswith(without) for part in entry.relative_to(folder).parts if without)
    }
