"""All calls of git: the first commit, specs of earlier commits, tracked files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from blueprint.disk.folder import open_folder

_MESSAGE = "Start from a blueprint"
_SECONDS = 60
_SPEC = "blueprint.yaml"
_NEUTRAL = ("-c", "user.name=Backend Blueprint", "-c", "user.email=blueprint@localhost")

# Ignore the user's settings: they could prompt, fail, drop files, or leave processes behind.
_SETTINGS = {
    "commit.gpgSign": "false",
    "core.autocrlf": "false",
    "core.excludesFile": os.devnull,
    "core.attributesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "gc.auto": "0",
    "maintenance.auto": "false",
    "user.useConfigOnly": "true",
}
_KEPT = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG")


def is_in_repository(path: Path) -> bool:
    """Whether this folder or a parent is a repository."""
    return _repository(path) is not None


def _repository(path: Path) -> Path | None:
    return next((folder for folder in (path, *path.parents) if (folder / ".git").exists()), None)


def first_commit(folder: Path) -> bool:
    """Make a folder a repository with one commit on `main`. Returns False and cleans up if that fails."""
    done = (
        _git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
        and _git(folder, "add", "--all")
        and (_commit(folder) or _commit(folder, *_NEUTRAL))
    )
    if not done:
        with suppress(OSError), open_folder(folder) as opened:
            opened.remove_tree(".git", ignore_errors=True)
    return done


def released_spec(root: Path, ref: str) -> str | None:
    """The text of `blueprint.yaml` in `root` at a commit, tag or branch, or None."""
    return released_text(root, ref, _SPEC)


def released_text(root: Path, ref: str, path: str) -> str | None:
    """The same for any file, relative to `root`."""
    if not ref or ref.startswith("-"):  # git would interpret it as the index, or as an option
        return None
    content = _result(root, ["show", f"{ref}:./{path}"], subprocess.PIPE)
    return None if content is None else content.decode("utf-8", "replace")


def is_tracked(root: Path, folder: str) -> bool:
    """Whether git tracks anything in this folder of a project, including staged files."""
    return bool(_result(root, ["ls-files", "-z", "--", f":(icase){folder}"], subprocess.PIPE))


def _commit(folder: Path, *identity: str) -> bool:
    return _git(folder, *identity, "commit", "--quiet", "--no-verify", f"--message={_MESSAGE}")


def _git(folder: Path, *arguments: str) -> bool:
    return _result(folder, arguments, subprocess.DEVNULL) is not None


def _result(folder: Path, arguments: Iterable[str], stdout: int) -> bytes | None:
    """The output of git if requested; None if it fails."""
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    # Variables set by a hook or a rebase would point git to another repository.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith(_KEPT)}
    # Do not fetch objects missing in a partial clone, which would run programs from its settings.
    environment |= {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}
    if repository := _repository(folder.absolute()):
        # Files of a project may look like a repository.
        environment |= {"GIT_DIR": str(repository / ".git"), "GIT_WORK_TREE": str(repository)}
    try:
        result = subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (result.stdout or b"") if result.returncode == 0 else None
