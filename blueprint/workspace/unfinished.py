"""What git is in the middle of, read from its files: git itself need not be there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_SIGNS: Mapping[str, str] = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}


def unfinished(root: Path) -> str | None:
    """The git command that somebody has begun in the repository around this folder and not ended, if any."""
    folder = _git_folder(root)
    if folder is None:
        return None
    # A rebase that stops picks a commit at that moment: what began it all is what has to be finished.
    found = [command for sign, command in _SIGNS.items() if (folder / sign).exists()]
    return "rebase" if "rebase" in found else next(iter(found), None)


def _git_folder(root: Path) -> Path | None:
    """Where git keeps its state; in a worktree or a submodule, `.git` is a file that says it."""
    place = next((parent / ".git" for parent in (root, *root.parents) if (parent / ".git").exists()), None)
    if place is None or place.is_dir():
        return place
    with suppress(OSError, UnicodeDecodeError):
        target = place.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        return place.parent / target
    return None
