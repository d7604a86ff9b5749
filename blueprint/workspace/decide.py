"""Base, disk and new to what happens: the whole table, a path at a time; nothing is read or written here."""

from __future__ import annotations

import hashlib

from msgspec import Struct

from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Action, Change
from blueprint.workspace.found import Found, Obstacle, OnDisk
from blueprint.workspace.known import Entries
from blueprint.workspace.line_ends import form_of, plain
from blueprint.workspace.markers import first_clash
from blueprint.workspace.meaning import same_meaning
from blueprint.workspace.meeting import settled
from blueprint.workspace.merge import Merged, merge
from blueprint.workspace.record import is_text


class Case(Struct, frozen=True):
    """A path, and all that its fate depends on.

    `entries`: what the lock says of it; more than one where two branches met. `bases`: the contents that
    these name. `strays`: hashes of renders that the lock no longer names. `renders`: contents that a file
    with conflict markers may be made of. `new` is None for a file that is no longer wanted, `has_news`
    False where it is what it was.
    """

    path: RelPath
    disk: OnDisk
    new: FileBlob | None
    entries: Entries = ()
    bases: tuple[bytes, ...] = ()
    strays: frozenset[str] = frozenset()
    renders: tuple[bytes, ...] = ()
    has_news: bool = True


def decide(case: Case) -> Change | None:
    """What happens; None where nothing does, and nobody needs to know."""
    if case.new is None:
        return _dropped(case)
    if case.new.seeded:
        return _seeded(case, case.new)
    if isinstance(case.disk, Found):
        return _present(case, case.disk, case.new)
    if isinstance(case.disk, Obstacle):
        return _blocked(case, case.disk) if case.has_news else None
    if not case.entries:
        return Change(case.path, Action.CREATE, None, case.new)
    return Change(case.path, Action.GONE, why="you deleted or renamed it") if case.has_news else None


def _dropped(case: Case) -> Change | None:
    if case.disk is None:
        return None
    if isinstance(case.disk, Found) and _is_untouched(case, case.disk):
        return Change(case.path, Action.DELETE, case.disk)
    return Change(case.path, Action.ORPHAN, why="you changed it")


def _seeded(case: Case, new: FileBlob) -> Change | None:
    if case.entries or isinstance(case.disk, Found):
        return None
    if isinstance(case.disk, Obstacle):
        return _blocked(case, case.disk)
    return Change(case.path, Action.CREATE, None, new)


def _present(case: Case, disk: Found, new: FileBlob) -> Change | None:
    if plain(disk.content) == plain(new.content):
        return _rewritten(case, disk, new, disk.content)
    if _is_marked(case, disk):
        return _met(case, disk, new)
    if not case.has_news:
        return _rewritten(case, disk, new, disk.content)
    if _is_untouched(case, disk):
        return _rewritten(case, disk, new, _in_form_of(disk, new))
    return _both_changed(case, disk, new)


def _met(case: Case, disk: Found, new: FileBlob) -> Change:
    content = settled(case.path, disk.content, case.renders, new.content)
    if content is None:
        return Change(case.path, Action.UNRESOLVED, disk, line=first_clash(disk.content))
    action = Action.UPDATE if plain(content) == plain(new.content) else Action.MERGE
    return Change(case.path, action, disk, FileBlob(content, _executable(case, disk, new)))


def _both_changed(case: Case, disk: Found, new: FileBlob) -> Change | None:
    if not case.entries:
        return _beside(case, disk, new, "it was there before")
    if not (is_text(disk.content) and is_text(new.content)):
        return _beside(case, disk, new, "it is not text")
    if not case.bases:
        return _beside(case, disk, new, "what it was before is not known")
    attempts = [merge(case.path, base, disk.content, new.content) for base in case.bases]
    merged = min((each for each in attempts if each), key=lambda each: each.clashes, default=None)
    if merged is None:
        return _beside(case, disk, new, "it is too long to be merged")
    return _merged(case, disk, new, merged)


def _merged(case: Case, disk: Found, new: FileBlob, merged: Merged) -> Change | None:
    after = FileBlob(merged.content, _executable(case, disk, new))
    if merged.clashes:
        line = first_clash(merged.content)
        return Change(case.path, Action.CONFLICT, disk, after, "both changed the same lines", line)
    if merged.content == disk.content and after.executable == disk.executable:
        return None
    return Change(case.path, Action.MERGE, disk, after)


def _rewritten(case: Case, disk: Found, new: FileBlob, content: bytes) -> Change | None:
    after = FileBlob(content, _executable(case, disk, new))
    if after == FileBlob(disk.content, disk.executable):
        return None
    return Change(case.path, Action.UPDATE, disk, after)


def _executable(case: Case, disk: Found, new: FileBlob) -> bool:
    """The new version's, unless the user has changed it."""
    is_yours = case.entries and all(entry.executable != disk.executable for entry in case.entries)
    return disk.executable if is_yours else new.executable


def _beside(case: Case, disk: Found, new: FileBlob, why: str) -> Change:
    return Change(case.path, Action.BESIDE, disk, new, why)


def _blocked(case: Case, obstacle: Obstacle) -> Change:
    return Change(case.path, Action.BLOCKED, why=f"it is {obstacle.what}")


def _is_marked(case: Case, disk: Found) -> bool:
    return first_clash(disk.content) is not None and all(first_clash(base) is None for base in case.bases)


def _is_untouched(case: Case, disk: Found) -> bool:
    """Whether all of it is the tool's, line ends, the hand of a formatter and meetings of branches aside."""
    known = case.strays.union(entry.sha256 for entry in case.entries)
    hashed = (hashlib.sha256(content).hexdigest() for content in (disk.content, plain(disk.content)))
    return (
        any(sha256 in known for sha256 in hashed)
        or any(same_meaning(case.path, base, disk.content) for base in case.bases)
        or (_is_marked(case, disk) and settled(case.path, disk.content, case.renders, b"") == b"")
    )


def _in_form_of(disk: Found, new: FileBlob) -> bytes:
    """The new content with the line ends that the file has on this disk."""
    if not (is_text(disk.content) and is_text(new.content)):
        return new.content
    return form_of(disk.content).applied_to(plain(new.content))
