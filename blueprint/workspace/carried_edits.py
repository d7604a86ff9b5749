"""An edit of a file that a newer version of the tool has in another place: it goes there with the file."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.changes import Action, Change
from blueprint.workspace.decide import Case, decide
from blueprint.workspace.disk_files import DiskFile

_MERGED = frozenset({Action.UPDATE, Action.MERGE})


def carried(case: Case, old: RelPath, tree: Tree) -> Iterator[Change]:
    """What happens in the new place, which is empty, and in the old one, which has the file of the case."""
    if not isinstance(case.disk, DiskFile) or case.new is None:
        raise TypeError(f"{old} is no file that could be carried over")
    change = decide(case)
    if change is None:
        yield Change(case.path, Action.CREATE, None, FileBlob(case.disk.content, case.disk.executable))
    elif change.action in _MERGED:
        yield replace(change, action=Action.MERGE, before=None, why=f"you changed {old}")
    else:
        why = f"what you changed in {old} does not fit its new version"
        yield Change(case.path, Action.DISPLACED, case.disk, case.new, why)
    stand_in = tree.get(old)
    if stand_in is None:
        yield Change(old, Action.DELETE, case.disk)
    elif stand_in.content != case.disk.content:
        yield Change(old, Action.UPDATE, case.disk, FileBlob(stand_in.content, case.disk.executable))
