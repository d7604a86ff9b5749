"""Compare the saved state and the wanted project with the disk. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from blueprint.errors import ConflictError, Problem
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.base_store import refuse_records
from blueprint.workspace.carried_edits import carried
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.decide import Case, decide
from blueprint.workspace.disk_files import Below, DiskFile, Obstacle, OnDisk, look, lookalike
from blueprint.workspace.formatting import equivalent
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.markers import first_clash
from blueprint.workspace.moved_files import followed
from blueprint.workspace.saved_state import SavedState, is_kept
from blueprint.workspace.state_update import record_steps

Style = Callable[[Mapping[str, bytes]], Mapping[str, bytes]]
"""Formats Python files with the project's settings; the keys are arbitrary and end in `.py`."""

Tidy = Callable[[Mapping[RelPath, tuple[bytes, bytes]]], Mapping[RelPath, bytes]]
"""Takes Python files before and after a merge; returns the latter, sorted and formatted like the former."""

_BESIDE = ".blueprint-new"
_NOT_YET = "its new version from an earlier run is unresolved"
_DISPLACED = ".blueprint-old"


class Wanted(Struct, frozen=True):
    """The desired project.

    `edits`: files of the user's that the command was asked to change, with the bytes that the change began
    with. `style`: how Python is written in this project; None where it is written as the tool writes it.
    `tidy`: what goes over Python that was merged.
    `moved`: old paths and new ones of files that an earlier version of the tool wrote elsewhere.
    `replaced`: seeds that are written in place of those before, as they go with other code of the kit.
    """

    tree: Tree
    tool_version: str
    edits: Mapping[RelPath, bytes] = field(default_factory=dict)
    style: Style | None = None
    tidy: Tidy | None = None
    moved: Mapping[RelPath, RelPath] = field(default_factory=dict)
    replaced: frozenset[RelPath] = frozenset()


def compare(saved: SavedState, wanted: Wanted) -> ChangeSet:
    """All necessary changes. Deterministic for the same arguments and files.

    Raises ConflictError where a file that is to be edited has changed meanwhile, MachineError where one
    cannot be read.
    """
    refuse_records(wanted.tree)
    with machine_errors(saved.root):
        cases = cases_of(saved, wanted, sorted({*wanted.tree, *saved.entries}))
        found = [change for case in cases for change in _changes(saved, wanted, case)]
        changes = tuple(sorted(_tidied(found, wanted.tidy), key=lambda change: change.path))
        steps = tuple(step for change in changes for step in steps_of(saved, change))
        actions = {change.path: change.action for change in changes}
        records = record_steps(saved, wanted.tree, wanted.tool_version, actions, is_changed=bool(steps))
    return ChangeSet(changes, steps + records)


def cases_of(
    saved: SavedState, wanted: Wanted, paths: Sequence[RelPath], *, always_in_style: bool = False
) -> list[Case]:
    """The cases of these paths, with Python in the project's style. Raises OSError.

    A file that has moved with an edit of the user's is one case, that of its new path. Without news the new
    version is not written, unless the user asks: for that is `always_in_style`.
    """
    disk = look(saved.root, paths)
    strays = saved.strays
    edited = _edited_before_the_move(saved, wanted, disk)
    here = [path for path in paths if path not in edited and path not in edited.values()]
    cases = [_case(saved, wanted, path, path, disk, strays) for path in here]
    cases += [_case(saved, wanted, new, old, disk, strays) for old, new in edited.items()]
    return _in_style(cases, wanted.style, always=always_in_style)


def _edited_before_the_move(
    saved: SavedState, wanted: Wanted, disk: Mapping[RelPath, OnDisk]
) -> Mapping[RelPath, RelPath]:
    """Files that the user edited at their old paths, by old path, with their new paths, which are empty."""
    return {
        old: new
        for old, new in wanted.moved.items()
        if old in saved.entries and new not in saved.entries and disk.get(new) is None
        if not is_kept(saved.entries[old])
        if isinstance(there := disk.get(old), DiskFile)
        if there.sha256 not in {entry.sha256 for entry in saved.entries[old]}
        if old not in wanted.tree or wanted.tree[old].content != there.content
    }


def _case(
    saved: SavedState,
    wanted: Wanted,
    path: RelPath,
    current: RelPath,
    on_disk: Mapping[RelPath, OnDisk],
    strays: frozenset[str],
) -> Case:
    """The case of a path; `place` is the file's current path if it has moved."""
    disk = on_disk[current]
    entries = saved.entries.get(current, ())
    new = wanted.tree.get(path)
    moved_from = None if current == path else current
    is_replaced = path in wanted.replaced
    case = Case(path, disk, new, entries, strays=strays, is_replaced=is_replaced, moved_from=moved_from)
    if isinstance(disk, DiskFile) and disk.sha256 not in {entry.sha256 for entry in entries}:
        named = (saved.render(entry.sha256) for entry in entries)
        is_marked = first_clash(disk.content) is not None
        case = replace(
            case,
            bases=tuple(content for content in named if content is not None),
            renders=tuple(saved.renders_of(current)) if is_marked else (),
        )
    return replace(case, has_news=_has_news(case))


def _has_news(case: Case) -> bool:
    new = case.new
    return new is None or not case.entries or any(entry.sha256 != new.sha256 for entry in case.entries)


def _in_style(cases: list[Case], style: Style | None, *, always: bool) -> list[Case]:
    """The cases with all written or merged Python in the project's style."""
    if style is None:
        return cases
    texts: dict[str, bytes] = {}
    chosen = {
        number for number, case in enumerate(cases) if case.path.endswith(".py") and (case.has_news or always)
    }
    for number in chosen:
        case = cases[number]
        texts |= {f"{number}/base{index}.py": base for index, base in enumerate(case.bases)}
        if case.new:
            texts[f"{number}/new.py"] = case.new.content
    styled = style(texts)
    return [
        _restyled(case, number, styled) if number in chosen else case for number, case in enumerate(cases)
    ]


def _restyled(case: Case, number: int, styled: Mapping[str, bytes]) -> Case:
    case = replace(case, styled=tuple(styled[f"{number}/base{at}.py"] for at in range(len(case.bases))))
    if case.new is None:
        return case
    new = replace(case.new, content=styled[f"{number}/new.py"])
    return replace(case, new=new, written=case.new.content)


def _tidied(changes: Sequence[Change], tidy: Tidy | None) -> Iterator[Change]:
    """The changes, with merged Python sorted and formatted like the user's file."""
    merged = {
        change.path: (change.before.content, change.after.content)
        for change in changes
        if change.action is Action.MERGE and change.path.endswith(".py") and change.before and change.after
    }
    tidied = tidy(merged) if tidy and merged else {}
    for change in changes:
        if change.path not in tidied or change.after is None:
            yield change
            continue
        after = replace(change.after, content=tidied[change.path])
        before = change.before
        if not isinstance(before, DiskFile) or after != FileBlob(before.content, before.executable):
            yield replace(change, after=after)


def _changes(saved: SavedState, wanted: Wanted, case: Case) -> Iterator[Change]:
    if case.moved_from is not None:
        yield from carried(case, case.moved_from, wanted.tree)
        return
    edited = wanted.edits.get(case.path)
    change = outcome(saved, case) if edited is None else _edit(case, edited)
    if change:
        yield change


def outcome(saved: SavedState, case: Case) -> Change | None:
    """The change at a path, considering files next to it or moved; None if there is none."""
    change = decide(case)
    if change and change.action is Action.CREATE:
        return _unless_taken(saved, change)
    if change and change.action in (Action.MERGE, Action.CONFLICT) and _pending(saved, case.path):
        change = Change(case.path, Action.BESIDE, change.before, case.new, _NOT_YET)
    if change and change.action is Action.BESIDE:
        return _unless_touched(saved, change)
    if change and change.action is Action.GONE and case.new:
        return followed(saved, case.path, case.new) or change
    return change


def _edit(case: Case, expected: bytes) -> Change | None:
    if isinstance(case.disk, Obstacle):
        message, hint = f"it is {case.disk.what}, and is not written", "replace it with the file itself"
        raise ConflictError(Problem("in-the-way", message, hint, case.path))
    if case.disk is None or case.disk.content != expected or case.new is None:
        hint = "run the command again"
        raise ConflictError(Problem("changed-meanwhile", "the file has just been changed", hint, case.path))
    after = FileBlob(case.new.content, case.disk.executable)
    return None if after.content == expected else Change(case.path, Action.EDIT, case.disk, after)


def _unless_taken(saved: SavedState, change: Change) -> Change:
    """Block paths that some disks treat as the same, such as `Readme.md` and `README.md`."""
    twin = lookalike(saved.root, change.path)
    if twin is None:
        return change
    return Change(change.path, Action.BLOCKED, why=f"{twin} exists, which some disks treat as the same")


def _unless_touched(saved: SavedState, change: Change) -> Change:
    """Replace an unresolved new version next to the file with a newer one, unless the user edited it."""
    there = _pending(saved, change.path)
    if there is None or (isinstance(there, DiskFile) and _is_render(saved, change.path, there)):
        return change
    side = beside(change.path)
    return replace(change, action=Action.BLOCKED, after=None, why=f"{side} from an earlier run still exists")


def _pending(saved: SavedState, path: RelPath) -> OnDisk:
    """The new version from an earlier run next to this file."""
    side = beside(path)
    return look(saved.root, [side])[side]


def _is_render(saved: SavedState, path: RelPath, there: DiskFile) -> bool:
    renders = (saved.render(entry.sha256) for entry in saved.entries.get(path, ()))
    return any(
        render is not None and (render == there.content or equivalent(path, render, there.content))
        for render in renders
    )


def left_beside(saved: SavedState) -> Mapping[RelPath, RelPath]:
    """Unresolved versions next to a file, each with that file."""
    paths = [path for path, entries in saved.entries.items() if not is_kept(entries)]
    sides = {side(path): path for path in paths for side in (beside, displaced)}
    on_disk = look(saved.root, sides)
    return {side: path for side, path in sorted(sides.items()) if not isinstance(on_disk[side], Below | None)}


def displaced(path: RelPath) -> RelPath:
    """The path of the user's version of a file that a newer version of the tool moved."""
    return RelPath(f"{path}{_DISPLACED}")


def beside(path: RelPath) -> RelPath:
    """The path of a new version that cannot be merged."""
    return RelPath(f"{path}{_BESIDE}")


def steps_of(saved: SavedState, change: Change) -> Iterator[Step]:
    """The writes and deletions of a change."""
    if change.action is Action.BESIDE:
        there = _pending(saved, change.path)
        yield Step(beside(change.path), there if isinstance(there, DiskFile) else None, change.after)
    elif change.action is Action.DISPLACED and isinstance(change.before, DiskFile):
        yield Step(change.path, None, change.after)
        yours = FileBlob(change.before.content, change.before.executable)
        yield Step(displaced(change.path), None, yours)
    elif change.action is Action.DELETE or change.after is not None:
        yield Step(change.path, change.before, change.after)
