"""Protect the stored data of a run from links and other users."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from blueprint.disk.faults import LinkInTheWay
from blueprint.disk.folder import Folder, open_folder

_OTHERS = 0o077


def refuse_links(project: Path, data: str) -> None:
    """Raise LinkInTheWay for a link in the data folder, through which processes would write."""
    with open_folder(project) as opened:
        if opened.status(data) is None:
            return
        with opened.inside(data) as folder:
            for path, mode in _all_in(folder):
                if stat.S_ISLNK(mode):
                    raise LinkInTheWay(str(folder.path / path))


def make_private(project: Path, data: str) -> list[str]:
    """Make the data folder of a project and its contents private to the user.

    Returns the paths that they can still reach, each with the reason.
    """
    left = []
    with open_folder(project) as opened, opened.inside(data) as folder:
        for path in _open_to_others(folder):
            try:
                folder.take_permissions(path, _OTHERS)
            except OSError as error:
                left.append(f"{folder.path / path} ({error.strerror})")
    return left


def _open_to_others(folder: Folder) -> Iterator[str]:
    """Paths open to others, the folder first: once it is private, nobody can change its contents."""
    if os.fstat(folder.descriptor).st_mode & _OTHERS:
        yield ""
    for path, mode in _all_in(folder):
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            yield path


def _all_in(folder: Folder) -> Iterator[tuple[str, int]]:
    """Paths with their modes."""
    for root, folders, files, descriptor in os.fwalk(".", dir_fd=folder.descriptor):
        for name in (*folders, *files):
            yield f"{root}/{name}", os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode
