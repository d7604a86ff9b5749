"""Files whose fate the user chooses: kept from the tool, restored from it, or following it again.

What the lock says of all other files stays as it is. Reads the project, writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from blueprint.errors import ConflictError, Problem, UsageError
from blueprint.tree import FileBlob, RelPath
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.compare import Wanted, beside, cases_of, outcome, steps_of
from blueprint.workspace.decide import Case, in_form_of, is_untouched
from blueprint.workspace.disk_files import DiskFile, Link, look, lookalike
from blueprint.workspace.line_ends import plain
from blueprint.workspace.lock import LOCK, SPEC, LockEntry, Owner, entry_of
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.saved_state import SavedState, is_kept, is_taken
from blueprint.workspace.state_update import record_steps_of

_MINE = ".mine"
_NOTHING: tuple[Change, ...] = ()


class _Refused(Exception):
    """The file cannot have this fate; `is_conflict` where something of the user's is in the way."""

    def __init__(self, problem: Problem, *, is_conflict: bool = False) -> None:
        self.problem = problem
        self.is_conflict = is_conflict


class _Fate(Struct, frozen=True):
    """What changes on the disk, and what the lock says of the file from now on."""

    changes: tuple[Change, ...]
    entry: LockEntry


class _Aside(Change, frozen=True):
    """An edit that goes into a file of its own, with the permission bits that it had."""

    mode: int = 0o600


_Choose = Callable[[SavedState, Wanted, Case], _Fate]


def keep(known: SavedState, wanted: Wanted, paths: Iterable[RelPath]) -> ChangeSet:
    """These files, or their absence, are the user's: no run changes them.

    Raises UsageError for a file that is the user's already or that the tool does not write, ConflictError
    where two branches have met in the lock, MachineError.
    """
    return _chosen(known, wanted, paths, _keep)


def restore(known: SavedState, wanted: Wanted, paths: Iterable[RelPath], *, force: bool) -> ChangeSet:
    """These files are what the tool would write now, also in place of a link.

    Over an edit only with `force`, and the edit stays in a file beside it, `NAME.mine`.
    Raises as `keep`; ConflictError also for an edit without `force`, and where something else is in the way.
    """
    return _chosen(
        known, wanted, paths, lambda known, wanted, case: _restore(known, wanted, case, force=force)
    )


def take(known: SavedState, wanted: Wanted, paths: Iterable[RelPath]) -> ChangeSet:
    """These files follow the tool again; what the user made of them counts as an edit, and is merged.

    Raises as `keep`; ConflictError also where there is no file, or one with conflict markers.
    """
    return _chosen(known, wanted, paths, _take)


def _chosen(known: SavedState, wanted: Wanted, paths: Iterable[RelPath], choose: _Choose) -> ChangeSet:
    if known.is_merging:
        hint = "settle them first: blueprint sync"
        path = str(known.root / LOCK)
        raise ConflictError(Problem("unresolved", "the lock holds conflict markers", hint, path))
    changes: list[Change] = []
    entries: dict[RelPath, LockEntry] = {}
    refused: list[_Refused] = []
    with machine_errors(known.root):
        for case in cases_of(known, wanted, sorted(set(paths)), always_in_style=True):
            try:
                fate = choose(known, wanted, case)
            except _Refused as refusal:
                refused.append(refusal)
                continue
            changes += fate.changes
            if (fate.entry,) != case.entries:
                entries[case.path] = fate.entry
    _raise(refused)
    steps = tuple(step for change in changes for step in _steps(known, change))
    if not (steps or entries):
        return ChangeSet((), ())
    with machine_errors(known.root):
        return ChangeSet(
            tuple(changes), steps + record_steps_of(known, wanted.tree, entries, wanted.tool_version)
        )


def _steps(known: SavedState, change: Change) -> Iterator[Step]:
    mode = change.mode if isinstance(change, _Aside) else None
    return (replace(step, mode=mode) for step in steps_of(known, change))


def _raise(refused: list[_Refused]) -> None:
    problems = [each.problem for each in refused]
    if any(not each.is_conflict for each in refused):
        raise UsageError(problems)
    if problems:
        raise ConflictError(problems)


def _keep(known: SavedState, wanted: Wanted, case: Case) -> _Fate:
    new = _written(known, wanted, case) if not case.entries else None
    entry = case.entries[0] if case.entries else entry_of(new or FileBlob(b""))
    if is_kept(case.entries):
        return _Fate((), entry)
    if case.entries and entry.owner is Owner.SEED:
        message = "this file is yours already: blueprint wrote it once and leaves it alone"
        hint = "there is nothing to do; `blueprint take FILE` lets a file follow blueprint"
        raise _refused(known, case, "already-yours", message, hint)
    owner = Owner.SEED if entry.owner in (Owner.TAKEN, Owner.SEED) else Owner.USER
    kept = Change(case.path, Action.KEEP)
    return _Fate((kept, *_settled_beside(known, case)), replace(entry, owner=owner))


def _restore(known: SavedState, wanted: Wanted, case: Case, *, force: bool) -> _Fate:
    new = _version_of(known, wanted, case)
    recorded = entry_of(wanted.tree[case.path])
    owner = Owner.TAKEN if is_taken(case.entries) else recorded.owner
    changes = (*_rewritten(known, case, new, force=force), *_settled_beside(known, case))
    if not changes and is_kept(case.entries):
        changes = (Change(case.path, Action.TAKE),)
    return _Fate(changes, replace(recorded, owner=owner))


def _rewritten(known: SavedState, case: Case, new: FileBlob, *, force: bool) -> tuple[Change, ...]:
    disk = case.disk
    if disk is None:
        if twin := lookalike(known.root, case.path):
            raise _in_the_way(known, case, f"{twin} is there, which some disks take for the same")
        return (Change(case.path, Action.CREATE, None, new),)
    if isinstance(disk, Link):
        return (Change(case.path, Action.UPDATE, disk, new, "in place of a link"),)
    if not isinstance(disk, DiskFile):
        raise _in_the_way(known, case, f"it is {disk.what}")
    after = FileBlob(in_form_of(disk, new), new.executable)
    if after == FileBlob(disk.content, disk.executable):
        return _NOTHING
    update = Change(case.path, Action.UPDATE, disk, after)
    if plain(disk.content) == plain(new.content) or is_untouched(case, disk):
        return (update,)
    if force:
        return (*_set_aside(known, case, disk), update)
    hint = f"`blueprint restore --force FILE` writes it, and your file stays as {_name(case)}{_MINE}"
    raise _refused(known, case, "edited", "you edited this file", hint, is_conflict=True)


def _set_aside(known: SavedState, case: Case, disk: DiskFile) -> tuple[Change, ...]:
    mine = RelPath(f"{case.path}{_MINE}")
    there = look(known.root, [mine])[mine]
    if isinstance(there, DiskFile) and there.content == disk.content:
        return _NOTHING
    if there is not None:
        raise _in_the_way(known, case, f"{mine} is there already, where your edit would stay")
    blob = FileBlob(disk.content, disk.executable)
    return (_Aside(mine, Action.CREATE, None, blob, f"your {_name(case)}", mode=disk.mode),)


def _take(known: SavedState, wanted: Wanted, case: Case) -> _Fate:
    new = _version_of(known, wanted, case)
    if not isinstance(case.disk, DiskFile):
        message = f"it is {case.disk.what}" if case.disk else "there is no file here"
        raise _refused(
            known, case, "nothing-to-take", message, "`blueprint restore FILE` writes it", is_conflict=True
        )
    recorded = entry_of(wanted.tree[case.path])
    owner = Owner.TAKEN if recorded.owner is Owner.SEED else recorded.owner
    entry = replace(recorded, owner=owner)
    if case.entries and case.entries[0].owner in (Owner.TOOL, Owner.TAKEN):
        return _Fate((), case.entries[0])
    taken = Change(case.path, Action.TAKE)
    before = tuple(replace(each, owner=owner) for each in case.entries)
    if not case.entries or not (case.bases or is_untouched(case, case.disk)):
        return _Fate((taken,), entry)  # nobody knows what it was at first: every difference is an edit
    change = outcome(known, replace(case, entries=before, new=new))
    if change is None:
        return _Fate((taken,), entry)
    if change.action is Action.UNRESOLVED:
        hint = "settle them, then try again"
        message = "the file holds conflict markers"
        raise _refused(known, case, "unresolved", message, hint, is_conflict=True)
    if change.action is Action.BLOCKED:
        raise _in_the_way(known, case, change.why)
    return _Fate((change,), entry)


def _written(known: SavedState, wanted: Wanted, case: Case) -> FileBlob:
    """What the tool would write now. Raises _Refused where it would not."""
    if case.new is not None:
        return case.new
    if (known.root / case.path).is_dir():
        raise _refused(known, case, "names-a-folder", "this is a folder", "name its files")
    message = "blueprint no longer writes this file" if case.entries else "blueprint does not write this file"
    twins = [path for path in wanted.tree if path.rpartition("/")[2] == _name(case)]
    hint = (
        f"did you mean {twins[0]}?"
        if len(twins) == 1
        else "it is yours; .blueprint/lock.json lists those that it writes"
    )
    raise _refused(known, case, "not-written", message, hint)


def _version_of(known: SavedState, wanted: Wanted, case: Case) -> FileBlob:
    """The same, of a file that has a version of the tool's."""
    if case.path == SPEC:
        message = "blueprint follows this file and has no version of its own of it"
        raise _refused(known, case, "not-written", message, "your version control has the earlier ones")
    return _written(known, wanted, case)


def _settled_beside(known: SavedState, case: Case) -> tuple[Change, ...]:
    """The new version that waits beside the file goes, if nobody has worked in it."""
    side = beside(case.path)
    there = look(known.root, [side])[side]
    written = {entry.sha256 for entry in case.entries}
    written |= {case.new.sha256} if case.new else set()
    if not isinstance(there, DiskFile) or there.sha256 not in written:
        return _NOTHING
    return (Change(side, Action.DELETE, there),)


def _in_the_way(known: SavedState, case: Case, why: str) -> _Refused:
    message = f"cannot be written: {why}"
    return _refused(known, case, "in-the-way", message, "move it away, then try again", is_conflict=True)


def _refused(
    known: SavedState, case: Case, code: str, message: str, hint: str, *, is_conflict: bool = False
) -> _Refused:
    return _Refused(Problem(code, message, hint, str(known.root / case.path)), is_conflict=is_conflict)


def _name(case: Case) -> str:
    return case.path.rpartition("/")[2]
