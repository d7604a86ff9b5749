"""What changes in the record when files change: the copies of what was written and, at the end, the lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.changes import Action, Step
from blueprint.workspace.found import Found, look
from blueprint.workspace.known import Known
from blueprint.workspace.lock import LOCK, SPEC, Lock, LockEntry, encode, entry_of
from blueprint.workspace.record import ATTRIBUTES, ATTRIBUTES_TEXT, BASE, encode_base, has_base

_NOT_WRITTEN = frozenset({Action.BLOCKED, Action.UNRESOLVED})


def record_steps(
    known: Known, tree: Tree, tool_version: str, actions: Mapping[RelPath, Action], *, is_changed: bool
) -> tuple[Step, ...]:
    """The steps after those of the files, of which there are some if `is_changed`.

    A comment in the spec, or a version that writes the same as the one before, is nothing to be recorded.
    """
    entries = dict(_entries(known, tree, actions))
    if not is_changed and not _steps(known, tree, entries, next(iter(known.versions), tool_version)):
        return ()
    if SPEC in tree:
        entries[SPEC] = entry_of(tree[SPEC])
    return _steps(known, tree, entries, tool_version)


def _entries(
    known: Known, tree: Tree, actions: Mapping[RelPath, Action]
) -> Iterator[tuple[RelPath, LockEntry]]:
    for path, blob in tree.items():
        before = known.entries.get(path, ())
        if before and (blob.seeded or actions.get(path) in _NOT_WRITTEN):
            yield path, before[0]
        elif actions.get(path) not in _NOT_WRITTEN:
            yield path, entry_of(blob)


def _steps(known: Known, tree: Tree, entries: Mapping[RelPath, LockEntry], version: str) -> tuple[Step, ...]:
    """The copies that are needed, and at the end the lock."""
    wanted = {
        ATTRIBUTES: FileBlob(ATTRIBUTES_TEXT),
        BASE: FileBlob(encode_base(dict(_copies(known, tree, entries)))),
        LOCK: FileBlob(encode(Lock(version, entries))),
    }
    disk = look(known.root, wanted)
    found = {path: there if isinstance(there, Found) else None for path, there in disk.items()}
    return tuple(
        Step(path, found[path], after) for path, after in wanted.items() if _differs(found[path], after)
    )


def _copies(
    known: Known, tree: Tree, entries: Mapping[RelPath, LockEntry]
) -> Iterator[tuple[RelPath, FileBlob]]:
    for path, entry in entries.items():
        blob = tree[path]
        if has_base(path, blob):
            if blob.sha256 == entry.sha256:
                yield path, blob
            elif (content := known.render(entry.sha256)) is not None:
                yield path, FileBlob(content)


def _differs(found: Found | None, after: FileBlob) -> bool:
    return found is None or found.content != after.content
