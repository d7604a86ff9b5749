"""Write a single output file atomically."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from blueprint.disk.faults import LinkInTheWay
from blueprint.disk.folder import open_folder
from blueprint.errors import ConflictError, Problem
from blueprint.workspace.machine import machine_errors

_OF_OTHERS = (".git", ".blueprint")


def write_file(path: Path, text: str) -> None:
    """Write or replace a file.

    A link is followed where it is the user's own: inside of a repository or a project it is refused, since
    others may have put it there.
    Raises ConflictError where a folder or such a link is in the way, MachineError where the disk does not
    allow it; the file is then as it was.
    """
    if path.is_dir():
        raise ConflictError(Problem("is-a-folder", "this is a folder", "name a file in it", str(path)))
    with machine_errors(path):
        root, inside = _within(path)
        with open_folder(root) as folder:
            status = folder.status(inside)
            if status and stat.S_ISLNK(status.st_mode):
                raise LinkInTheWay(str(root / inside))
            folder.replace(inside, text.encode())


def _within(path: Path) -> tuple[Path, str]:
    """The folder below which links are not followed, and the path from there to the file."""
    absolute = Path(os.path.normpath(path.absolute()))
    for folder in reversed(
        absolute.parents
    ):  # the outermost one, because a link in it could lead to another one
        if any(os.path.lexists(folder / name) for name in _OF_OTHERS):
            return folder, absolute.relative_to(folder).as_posix()
    target = Path(os.path.realpath(path))
    return target.parent, target.name
