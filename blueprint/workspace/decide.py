"""The decision table: base, disk and new version of a path to its change. Performs no I/O."""

from __future__ import annotations

import hashlib
from contextlib import suppress

from msgspec import Struct

from blueprint.merging.spans import MergeConflict
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.base_store import is_text
from blueprint.workspace.branch_merge import settled
from blueprint.workspace.changes import Action, Change
from blueprint.workspace.disk_files import DiskFile, Link, Obstacle, OnDisk
from blueprint.workspace.formatting import COMMENTED_DATA, equivalent
from blueprint.workspace.line_ends import form_of, plain
from blueprint.workspace.lock import Owner
from blueprint.workspace.markers import first_clash, is_ours
from blueprint.workspace.merge import Merged, merge
from blueprint.workspace.saved_state import Entries, is_kept, is_taken


class Case(Struct, frozen=True):
    """A path, and all that its fate depends on.

    `entries`: what the lock says of it; more than one where two branches met. `bases`: the contents that
    these name. Where the project has a style of its own, `new` is in it, `styled` are the bases in it, and
    `written` is the new content without. `strays`: hashes of renders that the lock no longer names.
    `renders`: contents that a file with conflict markers may be made of. `new` is None for a file that is no
    longer wanted, `has_news` False where it is what it was. `is_replaced`: the new
    version of a seed takes the place of the one before. `moved_from`: the place that `disk`, `entries`
    and `bases` are of, where an earlier version of the tool had the file elsewhere.
    """

    path: RelPath
    disk: OnDisk
    new: FileBlob | None
    entries: Entries = ()
    bases: tuple[bytes, ...] = ()
    styled: tuple[bytes, ...] = ()
    written: bytes | None = None
    strays: frozenset[str] = frozenset()
    renders: tuple[bytes, ...] = ()
    has_news: bool = True
    is_replaced: bool = False
    moved_from: RelPath | None = None


def decide(case: Case) -> Change | None:
    """The change; None if there is nothing to do or report."""
    if is_kept(case.entries):
        return None
    if case.new is None:
        return _dropped(case)
    if case.new.seeded and not is_taken(case.entries):
        return _seeded(case, case.new)
    if isinstance(case.disk, DiskFile):
        return _present(case, case.disk, case.new)
    if isinstance(case.disk, Obstacle):
        return _blocked(case, case.disk) if case.has_news else None
    if not case.entries:
        return Change(case.path, Action.CREATE, None, case.new)
    return (
        Change(case.path, Action.GONE, why="you deleted or renamed it; `blueprint restore FILE` writes it")
        if case.has_news
        else None
    )


def _dropped(case: Case) -> Change | None:
    if case.disk is None:
        return None
    if isinstance(case.disk, DiskFile) and is_untouched(case, case.disk):
        return Change(case.path, Action.DELETE, case.disk)
    return Change(case.path, Action.ORPHAN, why="you changed it")


def _seeded(case: Case, new: FileBlob) -> Change | None:
    if case.is_replaced and case.entries and isinstance(case.disk, DiskFile):
        return _present(case, case.disk, new)
    if isinstance(case.disk, DiskFile) and _was_the_tool_s(case) and is_untouched(case, case.disk):
        return _rewritten(case, case.disk, new, in_form_of(case.disk, new))
    if case.entries or isinstance(case.disk, DiskFile):
        return None
    if isinstance(case.disk, Obstacle):
        return _blocked(case, case.disk)
    return Change(case.path, Action.CREATE, None, new)


def _was_the_tool_s(case: Case) -> bool:
    """Whether the tool updated this seed until now."""
    return case.has_news and {entry.owner for entry in case.entries} == {Owner.TOOL}


def _present(case: Case, disk: DiskFile, new: FileBlob) -> Change | None:
    if plain(disk.content) == plain(new.content):
        return _rewritten(case, disk, new, disk.content)
    if _is_marked(case, disk):
        return _met(case, disk, new)
    if not case.has_news:
        return _rewritten(case, disk, new, disk.content)
    if is_untouched(case, disk):
        return _rewritten(case, disk, new, _in_layout_of(case, disk, new))
    return _both_changed(case, disk, new)


def _met(case: Case, disk: DiskFile, new: FileBlob) -> Change:
    content = settled(case.path, disk.content, case.renders, new.content)
    if content is None:
        return Change(case.path, Action.UNRESOLVED, disk, line=first_clash(disk.content))
    action = Action.UPDATE if plain(content) == plain(new.content) else Action.MERGE
    return Change(case.path, action, disk, FileBlob(content, _executable(case, disk, new)))


def _both_changed(case: Case, disk: DiskFile, new: FileBlob) -> Change | None:
    if not case.entries:
        return _beside(case, disk, new, "it existed before")
    if not (is_text(disk.content) and is_text(new.content)):
        return _beside(case, disk, new, "it is not text")
    if not case.bases:
        return _beside(case, disk, new, "its base is unknown")
    try:
        merged = _best_merge(case, disk, new)
    except MergeConflict as conflict:
        return _beside(case, disk, new, str(conflict))
    return _merged(case, disk, new, merged)


def _best_merge(case: Case, disk: DiskFile, new: FileBlob) -> Merged:
    """The merge with the fewest clashes, over all possible bases. Raises MergeConflict."""
    written = new.content if case.written is None else case.written
    pairs = [*((base, new.content) for base in case.styled), *((base, written) for base in case.bases)]
    attempts: list[Merged] = []
    conflicts: list[MergeConflict] = []
    for base, content in pairs:
        try:
            attempts.append(merge(case.path, base, disk.content, content))
        except MergeConflict as conflict:
            conflicts.append(conflict)
            continue
        if not attempts[-1].clashes:
            return attempts[-1]
    if not attempts:
        raise conflicts[0]
    return min(attempts, key=lambda merged: merged.clashes)


def _merged(case: Case, disk: DiskFile, new: FileBlob, merged: Merged) -> Change | None:
    after = FileBlob(merged.content, _executable(case, disk, new))
    if merged.clashes:
        line = first_clash(merged.content)
        return Change(case.path, Action.CONFLICT, disk, after, "both changed the same lines", line)
    if merged.content == disk.content and after.executable == disk.executable:
        return None
    return Change(case.path, Action.MERGE, disk, after)


def _rewritten(case: Case, disk: DiskFile, new: FileBlob, content: bytes) -> Change | None:
    after = FileBlob(content, _executable(case, disk, new))
    if after == FileBlob(disk.content, disk.executable):
        return None
    return Change(case.path, Action.UPDATE, disk, after)


def _executable(case: Case, disk: DiskFile, new: FileBlob) -> bool:
    """Executable as in the new version, unless the user changed it."""
    is_yours = case.entries and all(entry.executable != disk.executable for entry in case.entries)
    return disk.executable if is_yours else new.executable


def _beside(case: Case, disk: DiskFile, new: FileBlob, why: str) -> Change:
    return Change(case.path, Action.BESIDE, disk, new, why)


def _blocked(case: Case, obstacle: Obstacle) -> Change:
    before = obstacle if isinstance(obstacle, Link) else None
    return Change(case.path, Action.BLOCKED, before, why=f"it is {obstacle.what}")


def _is_marked(case: Case, disk: DiskFile) -> bool:
    """Whether the file contains a conflict; generated content may only look like one."""
    if first_clash(disk.content) is None:
        return False
    renders = (*case.bases, *([case.new.content] if case.new else []))
    if all(first_clash(render) is None for render in renders):
        return True
    return is_ours(plain(disk.content)) and not any(is_ours(plain(render)) for render in renders)


def is_untouched(case: Case, disk: DiskFile) -> bool:
    """Whether the content is generated, ignoring line endings, formatting and branch merges."""
    recorded = case.strays.union(entry.sha256 for entry in case.entries)
    hashed = (hashlib.sha256(content).hexdigest() for content in (disk.content, plain(disk.content)))
    return (
        any(sha256 in recorded for sha256 in hashed)
        or any(equivalent(case.path, base, disk.content) for base in (*case.bases, *case.styled))
        or (_is_marked(case, disk) and settled(case.path, disk.content, case.renders, b"") == b"")
    )


def _in_layout_of(case: Case, disk: DiskFile, new: FileBlob) -> bytes:
    """The new content, in the layout of a reformatted file."""
    if case.bases and case.path.endswith((".py", *COMMENTED_DATA)) and not _is_marked(case, disk):
        with suppress(MergeConflict):
            return _best_merge(case, disk, new).content
    return in_form_of(disk, new)


def in_form_of(disk: DiskFile, new: FileBlob) -> bytes:
    """The new content with the line endings of the file on disk."""
    if not (is_text(disk.content) and is_text(new.content)):
        return new.content
    return form_of(disk.content).applied_to(plain(new.content))
