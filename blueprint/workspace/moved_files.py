"""A file of the tool's that the user has moved, found by its bytes: it stays up to date where it is now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Action, Change
from blueprint.workspace.disk_files import DiskFile, look
from blueprint.workspace.saved_state import SavedState

_ELSEWHERE = frozenset({"__pycache__", "node_modules", "var"})


def followed(known: SavedState, path: RelPath, new: FileBlob) -> Change | None:
    """The update of the one file that has the bytes of the tool's; None where there is none, or more."""
    renders = {entry.sha256: known.render(entry.sha256) for entry in known.entries[path]}
    sizes = {len(content) for content in renders.values() if content}
    there = look(known.root, _files(known, sizes))
    found = [
        (place, file)
        for place, file in there.items()
        if isinstance(file, DiskFile) and file.sha256 in renders
    ]
    if len(found) != 1:
        return None
    place, before = found[0]
    after = FileBlob(new.content, before.executable)
    return Change(place, Action.UPDATE, before, after, f"you moved it from {path}")


def _files(known: SavedState, sizes: set[int]) -> Iterator[RelPath]:
    """The files of these sizes that the tool did not write where they are."""
    for folder, folders, names in os.walk(known.root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _ELSEWHERE)
        for name in names:
            place = _path(Path(folder, name).relative_to(known.root))
            if place and place not in known.entries and (known.root / place).lstat().st_size in sizes:
                yield place


def _path(path: Path) -> RelPath | None:
    try:
        return RelPath(path.as_posix())
    except ValueError:
        return None  # a name that no project of ours has
