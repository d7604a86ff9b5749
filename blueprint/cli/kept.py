"""Files of a fresh repository that a new project leaves as they are."""

from __future__ import annotations

from blueprint.cli.console import Terminal
from blueprint.tree import RelPath, Tree
from blueprint.workspace.create import Created

_IGNORED = RelPath(".gitignore")


def note_kept(terminal: Terminal, created: Created, tree: Tree) -> None:
    """Name them, and what their `.gitignore` lacks: `.env` holds secrets."""
    if created.kept:
        terminal.note(f"kept as they are: {', '.join(created.kept)}")
    if _IGNORED in created.kept and _IGNORED in tree:
        there = (created.path / _IGNORED).read_text(encoding="utf-8", errors="replace").split()
        known = {line.strip("/") for line in there}
        lines = tree[_IGNORED].content.decode().split()
        if missing := [line for line in lines if line.strip("/") not in known]:
            terminal.note(f"add to .gitignore: {' '.join(missing)}")
