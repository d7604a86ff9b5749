"""The one moment in which a finished project appears."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from blueprint.disk.folder import Folder, open_folder
from blueprint.errors import ConflictError, Problem

_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR)


def place(inside: Path, anchor: Path, check: Callable[[], None]) -> None:
    """Move everything inside of a stage into the anchor; `check` is asked before every move.

    A new project is one entry, thus one move: it appears at once or not at all. A project for a folder that
    exists is several; where an error ends this early, the stage takes them back.
    Raises ConflictError where something has the name already.
    """
    with open_folder(inside) as source, open_folder(anchor) as target:
        for name in sorted(source.names(), key=_turn):
            if name == ".git":
                # By now the project is whole, with or without a repository.
                with suppress(OSError, ConflictError):
                    _move(source, target, name)
            else:
                check()
                _move(source, target, name)
        # A failure to make the names last must not undo what is there already.
        with suppress(OSError):
            target.flush()


def _turn(name: str) -> tuple[int, str]:
    """What makes a folder a project comes after all files; the repository is not needed for that."""
    return {".blueprint": 1, ".git": 2}.get(name, 0), name


def _move(source: Folder, target: Folder, name: str) -> None:
    message, path = "something else has just appeared here", str(target.path / name)
    taken = ConflictError(Problem("destination-appeared", message, "look at it, then try again", path))
    if target.status(name):
        raise taken
    try:
        source.move(name, target, name)
    except OSError as error:
        raise taken if error.errno in _TAKEN else error from None
