"""Change the owner of files for `keep`, `restore` and `take`.

The lock entries of all other files stay unchanged. Reads the project, writes nothing.
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
    """The owner cannot be changed; `is_conflict` if the user's files are the reason."""

    def __init__(self, problem: Problem, *, is_conflict: bool = False) -> None:
        self.problem = problem
        self.is_conflict = is_conflict


class _Fate(Struct, frozen=True):
    """The changes on disk, and the new lock entry of the file."""

    changes: tuple[Change, ...]
    entry: LockEntry


class _Aside(Change, frozen=True):
    """An edited version to save in a separate file, with its permission bits."""

    mode: int = 0o600


_Choose = Callable[[SavedState, Wanted, Case], _Fate]


def keep(saved: SavedState, wanted: Wanted, paths: Iterable[RelPath]) -> ChangeSet:
    """Give these files, or their absence, to the user: no run changes them.

    Raises UsageError for a file that is the user's already or that the tool does not write, ConflictError
    where two branches have met in the lock, MachineError.
    """
    return _chosen(saved, wanted, paths, _keep)


def restore(saved: SavedState, wanted: Wanted, paths: Iterable[RelPath], *, force: bool) -> ChangeSet:
    """Write the generated version of these files, also in place of a link.

    Over an edit only with `force`, and the edit stays in a file beside it, `NAME.mine`.
    Raises as `keep`; ConflictError also for an edit without `force`, and where something else is in the way.
    """
    return _chosen(
        saved, wanted, paths, lambda saved, wanted, case: _restore(saved, wanted, case, force=force)
    )


def take(saved: SavedState, wanted: Wanted, paths: Iterable[RelPath]) -> ChangeSet:
    """Hand these files back to the tool; the user's changes count as edits, and are merged.

    Raises as `keep`; ConflictError also where there is no file, or one with conflict markers.
    """
    return _chosen(saved, wanted, paths, _take)


def _chosen(saved: SavedState, wanted: Wanted, paths: Iterable[RelPath], choose: _Choose) -> ChangeSet:
    if saved.is_merging:
        hint = "resolve them first: blueprint sync"
        path = str(saved.root / LOCK)
        raise ConflictError(Problem("unresolved", "the lock contains conflict markers", hint, path))
    changes: list[Change] = []
    entries: dict[RelPath, LockEntry] = {}
    refused: list[_Refused] = []
    with machine_errors(saved.root):
        for case in cases_of(saved, wanted, sorted(set(paths)), always_in_style=True):
            try:
                fate = choose(saved, wanted, case)
            except _Refused as refusal:
                refused.append(refusal)
                continue
            changes += fate.changes
            if (fate.entry,) != case.entries:
                entries[case.path] = fate.entry
    _raise(refused)
    steps = tuple(step for change in changes for step in _steps(saved, change))
    if not (steps or entries):
        return ChangeSet((), ())
    with machine_errors(saved.root):
        return ChangeSet(
            tuple(changes), steps + record_steps_of(saved, wanted.tree, entries, wanted.tool_version)
        )


def _steps(saved: SavedState, change: Change) -> Iterator[Step]:
    mode = change.mode if isinstance(change, _Aside) else None
    return (replace(step, mode=mode) for step in steps_of(saved, change))


def _raise(refused: list[_Refused]) -> None:
    problems = [each.problem for each in refused]
    if any(not each.is_conflict for each in refused):
        raise UsageError(problems)
    if problems:
        raise ConflictError(problems)


def _keep(saved: SavedState, wanted: Wanted, case: Case) -> _Fate:
    new = _written(saved, wanted, case) if not case.entries else None
    entry = case.entries[0] if case.entries else entry_of(new or FileBlob(b""))
    if is_kept(case.entries):
        return _Fate((), entry)
    if case.entries and entry.owner is Owner.SEED:
        message = "this file is already yours: blueprint writes it only once"
        hint = "nothing to do; `blueprint take FILE` hands a file to blueprint"
        raise _refused(saved, case, "already-yours", message, hint)
    owner = Owner.SEED if entry.owner in (Owner.TAKEN, Owner.SEED) else Owner.USER
    kept = Change(case.path, Action.KEEP)
    return _Fate((kept, *_settled_beside(saved, case)), replace(entry, owner=owner))


def _restore(saved: SavedState, wanted: Wanted, case: Case, *, force: bool) -> _Fate:
    new = _version_of(saved, wanted, case)
    recorded = entry_of(wanted.tree[case.path])
    owner = Owner.TAKEN if is_taken(case.entries) else recorded.owner
    changes = (*_rewritten(saved, case, new, force=force), *_settled_beside(saved, case))
    if not changes and is_kept(case.entries):
        changes = (Change(case.path, Action.TAKE),)
    return _Fate(changes, replace(recorded, owner=owner))


def _rewritten(saved: SavedState, case: Case, new: FileBlob, *, force: bool) -> tuple[Change, ...]:
    disk = case.disk
    if disk is None:
        if twin := lookalike(saved.root, case.path):
            raise _in_the_way(saved, case, f"{twin} exists, which some disks treat as the same")
        return (Change(case.path, Action.CREATE, None, new),)
    if isinstance(disk, Link):
        return (Change(case.path, Action.UPDATE, disk, new, "in place of a link"),)
    if not isinstance(disk, DiskFile):
        raise _in_the_way(saved, case, f"it is {disk.what}")
    after = FileBlob(in_form_of(disk, new), new.executable)
    if after == FileBlob(disk.content, disk.executable):
        return _NOTHING
    update = Change(case.path, Action.UPDATE, disk, after)
    if plain(disk.content) == plain(new.content) or is_untouched(case, disk):
        return (update,)
    if force:
        return (*_set_aside(saved, case, disk), update)
    hint = f"`blueprint restore --force FILE` restores it, and saves your file as {_name(case)}{_MINE}"
    raise _refused(saved, case, "edited", "you edited this file", hint, is_conflict=True)


def _set_aside(saved: SavedState, case: Case, disk: DiskFile) -> tuple[Change, ...]:
    mine = RelPath(f"{case.path}{_MINE}")
    there = look(saved.root, [mine])[mine]
    if isinstance(there, DiskFile) and there.content == disk.content:
        return _NOTHING
    if there is not None:
        raise _in_the_way(saved, case, f"{mine} already exists, where your edit would be saved")
    blob = FileBlob(disk.content, disk.executable)
    return (_Aside(mine, Action.CREATE, None, blob, f"your {_name(case)}", mode=disk.mode),)


def _take(saved: SavedState, wanted: Wanted, case: Case) -> _Fate:
    new = _version_of(saved, wanted, case)
    if not isinstance(case.disk, DiskFile):
        message = f"it is {case.disk.what}" if case.disk else "there is no file here"
        raise _refused(
            saved, case, "nothing-to-take", message, "`blueprint restore FILE` writes it", is_conflict=True
        )
    recorded = entry_of(wanted.tree[case.path])
    owner = Owner.TAKEN if recorded.owner is Owner.SEED else recorded.owner
    entry = replace(recorded, owner=owner)
    if case.entries and case.entries[0].owner in (Owner.TOOL, Owner.TAKEN):
        return _Fate((), case.entries[0])
    taken = Change(case.path, Action.TAKE)
    before = tuple(replace(each, owner=owner) for each in case.entries)
    if not case.entries or not (case.bases or is_untouched(case, case.disk)):
        return _Fate((taken,), entry)  # the original is unknown: every difference is an edit
    change = outcome(saved, replace(case, entries=before, new=new))
    if change is None:
        return _Fate((taken,), entry)
    if change.action is Action.UNRESOLVED:
        hint = "resolve them, then try again"
        message = "the file contains conflict markers"
        raise _refused(saved, case, "unresolved", message, hint, is_conflict=True)
    if change.action is Action.BLOCKED:
        raise _in_the_way(saved, case, change.why)
    return _Fate((change,), entry)


def _written(saved: SavedState, wanted: Wanted, case: Case) -> FileBlob:
    """The generated version. Raises _Refused if the tool does not write the file."""
    if case.new is not None:
        return case.new
    if (saved.root / case.path).is_dir():
        raise _refused(saved, case, "names-a-folder", "this is a folder", "name its files")
    message = "blueprint no longer writes this file" if case.entries else "blueprint does not write this file"
    twins = [path for path in wanted.tree if path.rpartition("/")[2] == _name(case)]
    hint = (
        f"did you mean {twins[0]}?"
        if len(twins) == 1
        else "it is yours; .blueprint/lock.json lists the files of blueprint"
    )
    raise _refused(saved, case, "not-written", message, hint)


def _version_of(saved: SavedState, wanted: Wanted, case: Case) -> FileBlob:
    """The generated version of a file that has one. Raises _Refused."""
    if case.path == SPEC:
        message = "blueprint has no version of this file"
        raise _refused(saved, case, "not-written", message, "use your version control")
    return _written(saved, wanted, case)


def _settled_beside(saved: SavedState, case: Case) -> tuple[Change, ...]:
    """Delete the unresolved new version next to the file, unless it was edited."""
    side = beside(case.path)
    there = look(saved.root, [side])[side]
    written = {entry.sha256 for entry in case.entries}
    written |= {case.new.sha256} if case.new else set()
    if not isinstance(there, DiskFile) or there.sha256 not in written:
        return _NOTHING
    return (Change(side, Action.DELETE, there),)


def _in_the_way(saved: SavedState, case: Case, why: str) -> _Refused:
    message = f"cannot be written: {why}"
    return _refused(saved, case, "in-the-way", message, "move it, then try again", is_conflict=True)


def _refused(
    saved: SavedState, case: Case, code: str, message: str, hint: str, *, is_conflict: bool = False
) -> _Refused:
    return _Refused(Problem(code, message, hint, str(saved.root / case.path)), is_conflict=is_conflict)


def _name(case: Case) -> str:
    return case.path.rpartition("/")[2]
