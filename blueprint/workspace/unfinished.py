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
    commands = [command for sign, command in _SIGNS.items() if (folder / sign).exists()]
    return "rebase" if "rebase" in commands else next(iter(commands), None)


def _git_folder(root: Path) -> Path | None:
    """The folder of git's state; in a worktree or a submodule, `.git` is a file with its path."""
    dot_git = next((parent / ".git" for parent in (root, *root.parents) if (parent / ".git").exists()), None)
    if dot_git is None or dot_git.is_dir():
        return dot_git
    with suppress(OSError, UnicodeDecodeError):
        target = dot_git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        return dot_git.parent / target
    return None
