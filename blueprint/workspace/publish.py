"""Publish a finished project atomically."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from blueprint.disk.folder import Folder, open_folder
from blueprint.errors import ConflictError, Problem

_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR)


def place(inside: Path, anchor: Path, check: Callable[[], None]) -> None:
    """Move the contents of a stage into the anchor; `check` is called before every move.

    A new project is one entry, thus one move: it appears at once or not at all. A project for a folder that
    exists is several; where an error ends this early, the stage takes them back.
    Raises ConflictError where something has the name already.
    """
    with open_folder(inside) as source, open_folder(anchor) as target:
        for name in sorted(source.names(), key=_turn):
            if name == ".git":
                # Now the project is complete, with or without a repository.
                with suppress(OSError, ConflictError):
                    _move(source, target, name)
            else:
                check()
                _move(source, target, name)
        # A failed flush must not undo the published project.
        with suppress(OSError):
            target.flush()


def _turn(name: str) -> tuple[int, str]:
    """The order of moves: the files that make a folder a project come last, except the repository."""
    return {".blueprint": 1, ".git": 2}.get(name, 0), name


def _move(source: Folder, target: Folder, name: str) -> None:
    message, path = "another file has just appeared here", str(target.path / name)
    taken = ConflictError(Problem("destination-appeared", message, "check it, then try again", path))
    if target.status(name):
        raise taken
    try:
        source.move(name, target, name)
    except OSError as error:
        raise taken if error.errno in _TAKEN else error from None
