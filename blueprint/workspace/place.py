"""The one moment in which a finished project appears."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from blueprint.errors import ConflictError, Problem
from blueprint.workspace.disk import flush_folder

_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR)


def place(inside: Path, anchor: Path, check: Callable[[], None]) -> None:
    """Move everything inside of a stage into the anchor; `check` is asked before every move.

    A new project is one entry, thus one move: it appears at once or not at all. A project for a folder that
    exists is several; where an error ends this early, the stage takes them back.
    Raises ConflictError where something has the name already.
    """
    for name in sorted((entry.name for entry in inside.iterdir()), key=_turn):
        if name == ".git":
            # By now the project is whole, with or without a repository.
            with suppress(OSError, ConflictError):
                _move(inside / name, anchor / name)
        else:
            check()
            _move(inside / name, anchor / name)
    # A failure to make the names last must not undo what is there already.
    with suppress(OSError):
        flush_folder(anchor)


def _turn(name: str) -> tuple[int, str]:
    """What makes a folder a project comes after all files; the repository is not needed for that."""
    return {".blueprint": 1, ".git": 2}.get(name, 0), name


def _move(source: Path, target: Path) -> None:
    message = "something else has just appeared here"
    taken = ConflictError(Problem("destination-appeared", message, "look at it, then try again", str(target)))
    if os.path.lexists(target):
        raise taken
    try:
        source.rename(target)
    except OSError as error:
        raise taken if error.errno in _TAKEN else error from None
