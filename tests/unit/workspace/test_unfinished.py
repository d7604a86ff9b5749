from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from blueprint.workspace.unfinished import unfinished
from tests.support.programs import require


def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgSign=false")
    subprocess.run([require("git"), *settings, *words], cwd=folder, capture_output=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two branches that changed one line."""
    git(tmp_path, "init", "-q", "-b", "main")
    for branch in ("main", "other", "main"):
        git(tmp_path, "checkout", "-q", *(["-b"] if branch == "other" else []), branch)
        (tmp_path / "x").write_text(f"{branch} {len(list(tmp_path.iterdir()))} {(tmp_path / 'x').exists()}\n")
        git(tmp_path, "add", "x")
        git(tmp_path, "commit", "-qm", branch)
    return tmp_path


@pytest.mark.parametrize("command", ["merge", "rebase", "cherry-pick", "revert"])
def test_what_git_is_in_the_middle_of_is_seen(repository: Path, command: str) -> None:
    assert unfinished(repository) is None
    git(repository, command, "main~1" if command == "revert" else "other")
    (repository / "sub").mkdir()

    assert unfinished(repository) == command
    assert unfinished(repository / "sub") == command
    git(repository, command, "--abort")
    assert unfinished(repository) is None


def test_a_worktree_is_seen_on_its_own(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    worktree = tmp_path_factory.mktemp("worktrees") / "side"
    git(repository, "worktree", "add", "-q", str(worktree), "other")
    git(worktree, "merge", "main")

    assert unfinished(worktree) == "merge"
    assert unfinished(repository) is None


def test_without_a_repository_nothing_is_unfinished(tmp_path: Path) -> None:
    assert unfinished(tmp_path) is None


@pytest.mark.parametrize("content", [b"\xff\xfe", b"gitdir: nowhere\n", b""])
def test_a_file_that_leads_to_no_repository_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".git").write_bytes(content)

    assert unfinished(tmp_path) is None
