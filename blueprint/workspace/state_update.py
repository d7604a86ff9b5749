"""Updates of the saved state when files change: the copies of generated files, and the lock."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.base_store import ATTRIBUTES, ATTRIBUTES_TEXT, BASE, encode_base, is_text
from blueprint.workspace.changes import Action, Step
from blueprint.workspace.disk_files import DiskFile, look
from blueprint.workspace.lock import LOCK, SPEC, Lock, LockEntry, Owner, encode, entry_of
from blueprint.workspace.saved_state import Entries, SavedState, is_kept, is_taken

_NOT_WRITTEN = frozenset({Action.BLOCKED, Action.UNRESOLVED})


def record_steps(
    saved: SavedState, tree: Tree, tool_version: str, actions: Mapping[RelPath, Action], *, is_changed: bool
) -> tuple[Step, ...]:
    """The steps after those of the files, of which there are some if `is_changed`.

    A comment in the spec, or a version that writes the same as the one before, is nothing to be recorded.
    """
    entries = dict(_entries(saved, tree, actions))
    if not is_changed and not _steps(saved, tree, entries, next(iter(saved.versions), tool_version)):
        return ()
    if SPEC in tree:
        entries[SPEC] = entry_of(tree[SPEC])
    return _steps(saved, tree, entries, tool_version)


def record_steps_of(
    saved: SavedState,
    files: Mapping[RelPath, FileBlob],
    entries: Mapping[RelPath, LockEntry],
    tool_version: str,
) -> tuple[Step, ...]:
    """The steps that change only these entries; `files` are the generated versions."""
    others = {path: blobs[0] for path, blobs in saved.entries.items()}
    return _steps(saved, files, {**others, **entries}, tool_version)


def _entries(
    saved: SavedState, tree: Tree, actions: Mapping[RelPath, Action]
) -> Iterator[tuple[RelPath, LockEntry]]:
    for path, before in saved.entries.items():
        if is_kept(before) and path not in tree and os.path.lexists(saved.root / path):
            yield path, _of(Owner.USER, before)
    for path, blob in tree.items():
        before = saved.entries.get(path, ())
        if is_kept(before):
            yield path, _of(Owner.USER, before)
        elif is_taken(before) and actions.get(path) not in _NOT_WRITTEN:
            yield path, replace(entry_of(blob), owner=Owner.TAKEN)
        elif before and (
            (blob.seeded and actions.get(path) is not Action.UPDATE) or actions.get(path) in _NOT_WRITTEN
        ):
            yield path, before[0]
        elif actions.get(path) not in _NOT_WRITTEN:
            yield path, entry_of(blob)


def _of(owner: Owner, entries: Entries) -> LockEntry:
    return next(entry for entry in entries if entry.owner is owner)


def _steps(
    saved: SavedState, files: Mapping[RelPath, FileBlob], entries: Mapping[RelPath, LockEntry], version: str
) -> tuple[Step, ...]:
    """The steps for the copies, followed by the lock."""
    wanted = {
        ATTRIBUTES: FileBlob(ATTRIBUTES_TEXT),
        BASE: FileBlob(encode_base(dict(_copies(saved, files, entries)))),
        LOCK: FileBlob(encode(Lock(version, entries))),
    }
    disk = look(saved.root, wanted)
    on_disk = {path: there if isinstance(there, DiskFile) else None for path, there in disk.items()}
    return tuple(
        Step(path, on_disk[path], after) for path, after in wanted.items() if _differs(on_disk[path], after)
    )


def _copies(
    saved: SavedState, files: Mapping[RelPath, FileBlob], entries: Mapping[RelPath, LockEntry]
) -> Iterator[tuple[RelPath, FileBlob]]:
    """The text files that later merges need: the bytes of each entry."""
    for path, entry in entries.items():
        blob = files.get(path)
        if (
            blob is not None
            and blob.sha256 == entry.sha256
            and not (entry.owner is Owner.SEED and _is_old_seed(saved, path, blob))
        ):
            if is_text(blob.content):
                yield path, blob
        elif (content := saved.render(entry.sha256)) is not None:
            yield path, FileBlob(content)


def _is_old_seed(saved: SavedState, path: RelPath, blob: FileBlob) -> bool:
    """Whether it was a seed before: projects of earlier versions have no copy, which is not drift."""
    was_seed = any(entry.owner is Owner.SEED for entry in saved.entries.get(path, ()))
    return blob.seeded and path != SPEC and was_seed


def _differs(before: DiskFile | None, after: FileBlob) -> bool:
    return before is None or before.content != after.content
