"""A small project, and how a folder looks."""

from __future__ import annotations

import json
from pathlib import Path

from blueprint.disk.folder import stamp_of
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.changes import ChangeSet
from blueprint.workspace.compare import Style, Wanted, compare
from blueprint.workspace.create import Created, create_project
from blueprint.workspace.destination import check_destination
from blueprint.workspace.project import open_project
from blueprint.workspace.transaction import UNDO, commit
from blueprint.workspace.undo import last_change, way_back

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


def tree_of(**files: str) -> Tree:
    """A tree of text files; `__` in a name stands for a dot: `tree_of(a__py="x = 1\\n")`."""
    return Tree({RelPath(name.replace("__", ".")): FileBlob(text.encode()) for name, text in files.items()})


def begin(root: Path, tree: Tree, version: str = "1.2.3") -> Path:
    """A project on the disk that was written with this tree."""
    create_project(tree, check_destination(root), version, git=False)
    return root


def compared(root: Path, tree: Tree, version: str = "1.2.3", *, style: Style | None = None) -> ChangeSet:
    """What would have to change for the project to follow this tree."""
    with open_project(root, version) as project:
        return compare(project.saved, Wanted(tree, version, style=style))


def bring(root: Path, tree: Tree, version: str = "1.2.3", *, style: Style | None = None) -> ChangeSet:
    """Bring the project to this tree; what changed."""
    with open_project(root, version) as project:
        changes = compare(project.saved, Wanted(tree, version, style=style))
        commit(project.root, changes.steps, "sync")
        return changes


def undo(root: Path) -> None:
    """Take the last change back."""
    with open_project(root, "1.2.3") as project:
        commit(project.root, way_back(project.root, last_change(project.root)).steps, UNDO)


def adopt(project: Path) -> None:
    """Let a copy of a project pass for the folder in which its journals were written."""
    local = project / ".blueprint/local"
    for journal in local.glob("*/*.json"):
        told = json.loads(journal.read_bytes())
        journal.write_text(json.dumps({**told, "mark": stamp_of((local / ".gitignore").stat())}))


def told(changes: ChangeSet) -> dict[str, str]:
    """What happens at each path."""
    return {change.path: change.action.value for change in changes.changes}
