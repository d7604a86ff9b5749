"""Detect an unfinished git operation from git's files, without running git."""

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
    """The unfinished git command in the enclosing repository, if any."""
    folder = _git_folder(root)
    if folder is None:
        return None
    # A stopped rebase is also in a cherry-pick: report the rebase.
    found = [command for sign, command in _SIGNS.items() if (folder / sign).exists()]
    return "rebase" if "rebase" in found else next(iter(found), None)


def _git_folder(root: Path) -> Path | None:
    """The folder of git's state; in a worktree or a submodule, `.git` is a file with its path."""
    place = next((parent / ".git" for parent in (root, *root.parents) if (parent / ".git").exists()), None)
    if place is None or place.is_dir():
        return place
    with suppress(OSError, UnicodeDecodeError):
        target = place.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        return place.parent / target
    return None
