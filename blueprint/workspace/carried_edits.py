"""Move edits to the new path of a file that a newer version of the tool has moved."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.changes import Action, Change
from blueprint.workspace.decide import Case, decide
from blueprint.workspace.disk_files import DiskFile

_MERGED = frozenset({Action.UPDATE, Action.MERGE})


def carried(case: Case, old: RelPath, tree: Tree) -> Iterator[Change]:
    """The changes at the new path, which is empty, and at the old one, which has the file of the case."""
    if not isinstance(case.disk, DiskFile) or case.new is None:
        raise TypeError(f"{old} is not a regular file")
    change = decide(case)
    if change is None:
        yield Change(case.path, Action.CREATE, None, FileBlob(case.disk.content, case.disk.executable))
    elif change.action in _MERGED:
        yield replace(change, action=Action.MERGE, before=None, why=f"you changed {old}")
    else:
        why = f"your changes in {old} conflict with its new version"
        yield Change(case.path, Action.DISPLACED, case.disk, case.new, why)
    stand_in = tree.get(old)
    if stand_in is None:
        yield Change(old, Action.DELETE, case.disk)
    elif stand_in.content != case.disk.content:
        yield Change(old, Action.UPDATE, case.disk, FileBlob(stand_in.content, case.disk.executable))
