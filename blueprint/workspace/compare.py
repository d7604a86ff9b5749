"""(what is known, what is wanted) to ChangeSet. Reads the project, writes nothing."""

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
from blueprint.workspace.disk_files import DiskFile, Obstacle, OnDisk, look, lookalike
from blueprint.workspace.formatting import same_meaning
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.markers import first_clash
from blueprint.workspace.moved_files import followed
from blueprint.workspace.saved_state import SavedState, is_kept
from blueprint.workspace.state_update import record_steps

Style = Callable[[Mapping[str, bytes]], Mapping[str, bytes]]
"""Python files as the project's settings would have them; the keys tell them apart and end in `.py`."""

Tidy = Callable[[Mapping[RelPath, tuple[bytes, bytes]]], Mapping[RelPath, bytes]]
"""Python files before and after a merge, to the latter as well sorted and formatted as the former."""

_BESIDE = ".blueprint-new"
_NOT_YET = "its new version of an earlier run is not settled yet"
_DISPLACED = ".blueprint-old"


class Wanted(Struct, frozen=True):
    """What the project is to be.

    `edits`: files of the user's that the command was asked to change, with the bytes that the change began
    with. `style`: how Python is written in this project; None where it is written as the tool writes it.
    `tidy`: what goes over Python that was merged.
    `moved`: old paths and new ones of files that an earlier version of the tool wrote elsewhere.
    """

    tree: Tree
    tool_version: str
    edits: Mapping[RelPath, bytes] = field(default_factory=dict)
    style: Style | None = None
    tidy: Tidy | None = None
    moved: Mapping[RelPath, RelPath] = field(default_factory=dict)


def compare(known: SavedState, wanted: Wanted) -> ChangeSet:
    """Everything that would have to change. The same arguments and the same files give the same answer.

    Raises ConflictError where a file that is to be edited has changed meanwhile, MachineError where one
    cannot be read.
    """
    refuse_records(wanted.tree)
    with machine_errors(known.root):
        cases = cases_of(known, wanted, sorted({*wanted.tree, *known.entries}))
        found = [change for case in cases for change in _changes(known, wanted, case)]
        changes = tuple(sorted(_tidied(found, wanted.tidy), key=lambda change: change.path))
        steps = tuple(step for change in changes for step in steps_of(known, change))
        actions = {change.path: change.action for change in changes}
        records = record_steps(known, wanted.tree, wanted.tool_version, actions, is_changed=bool(steps))
    return ChangeSet(changes, steps + records)


def cases_of(
    known: SavedState, wanted: Wanted, paths: Sequence[RelPath], *, always_in_style: bool = False
) -> list[Case]:
    """What the fate of these paths depends on, with Python as the project writes it. Raises OSError.

    A file that has moved with an edit of the user's is one case, that of its new path. Without news the new
    version is not written, unless the user asks: for that is `always_in_style`.
    """
    disk = look(known.root, paths)
    strays = known.strays
    edited = _edited_before_the_move(known, wanted, disk)
    here = [path for path in paths if path not in edited and path not in edited.values()]
    cases = [_case(known, wanted, path, path, disk, strays) for path in here]
    cases += [_case(known, wanted, new, old, disk, strays) for old, new in edited.items()]
    return _in_style(cases, wanted.style, always=always_in_style)


def _edited_before_the_move(
    known: SavedState, wanted: Wanted, disk: Mapping[RelPath, OnDisk]
) -> Mapping[RelPath, RelPath]:
    """Files that the user edited in their old places, by these, with the new ones that nothing is in yet."""
    return {
        old: new
        for old, new in wanted.moved.items()
        if old in known.entries and new not in known.entries and disk.get(new) is None
        if not is_kept(known.entries[old])
        if isinstance(there := disk.get(old), DiskFile)
        if there.sha256 not in {entry.sha256 for entry in known.entries[old]}
        if old not in wanted.tree or wanted.tree[old].content != there.content
    }


def _case(
    known: SavedState,
    wanted: Wanted,
    path: RelPath,
    place: RelPath,
    on_disk: Mapping[RelPath, OnDisk],
    strays: frozenset[str],
) -> Case:
    """The case of a path, whose file is in another place where it has moved."""
    disk = on_disk[place]
    entries = known.entries.get(place, ())
    new = wanted.tree.get(path)
    moved_from = None if place == path else place
    case = Case(path, disk, new, entries, strays=strays, moved_from=moved_from)
    if isinstance(disk, DiskFile) and disk.sha256 not in {entry.sha256 for entry in entries}:
        named = (known.render(entry.sha256) for entry in entries)
        is_marked = first_clash(disk.content) is not None
        case = replace(
            case,
            bases=tuple(content for content in named if content is not None),
            renders=tuple(known.renders_of(place)) if is_marked else (),
        )
    return replace(case, has_news=_has_news(case))


def _has_news(case: Case) -> bool:
    new = case.new
    return new is None or not case.entries or any(entry.sha256 != new.sha256 for entry in case.entries)


def _in_style(cases: list[Case], style: Style | None, *, always: bool) -> list[Case]:
    """The cases with all Python that is written or merged as the project writes it."""
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
    """The changes, in which Python that was merged is as well kept as the user's was."""
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


def _changes(known: SavedState, wanted: Wanted, case: Case) -> Iterator[Change]:
    if case.moved_from is not None:
        yield from carried(case, case.moved_from, wanted.tree)
        return
    edited = wanted.edits.get(case.path)
    change = outcome(known, case) if edited is None else _edit(case, edited)
    if change:
        yield change


def outcome(known: SavedState, case: Case) -> Change | None:
    """What happens at a path, also by what lies beside it or elsewhere; None where nothing does."""
    change = decide(case)
    if change and change.action is Action.CREATE:
        return _unless_taken(known, change)
    if change and change.action in (Action.MERGE, Action.CONFLICT) and _pending(known, case.path):
        change = Change(case.path, Action.BESIDE, change.before, case.new, _NOT_YET)
    if change and change.action is Action.BESIDE:
        return _unless_touched(known, change)
    if change and change.action is Action.GONE and case.new:
        return followed(known, case.path, case.new) or change
    return change


def _edit(case: Case, expected: bytes) -> Change | None:
    if isinstance(case.disk, Obstacle):
        message, hint = f"it is {case.disk.what}, and is not written", "put the file itself here"
        raise ConflictError(Problem("in-the-way", message, hint, case.path))
    if case.disk is None or case.disk.content != expected or case.new is None:
        hint = "run the command again"
        raise ConflictError(Problem("changed-meanwhile", "the file has just been changed", hint, case.path))
    after = FileBlob(case.new.content, case.disk.executable)
    return None if after.content == expected else Change(case.path, Action.EDIT, case.disk, after)


def _unless_taken(known: SavedState, change: Change) -> Change:
    """On some disks, and for some people, `Readme.md` and `README.md` are one file."""
    twin = lookalike(known.root, change.path)
    if twin is None:
        return change
    return Change(change.path, Action.BLOCKED, why=f"{twin} is there, which some disks take for the same")


def _unless_touched(known: SavedState, change: Change) -> Change:
    """A new version that still lies beside the file gives way to a newer one, unless somebody works on it."""
    there = _pending(known, change.path)
    if there is None or (isinstance(there, DiskFile) and _is_render(known, change.path, there)):
        return change
    side = beside(change.path)
    return replace(change, action=Action.BLOCKED, after=None, why=f"{side} of an earlier run is still there")


def _pending(known: SavedState, path: RelPath) -> OnDisk:
    """The new version of an earlier run that lies beside this file."""
    side = beside(path)
    return look(known.root, [side])[side]


def _is_render(known: SavedState, path: RelPath, there: DiskFile) -> bool:
    renders = (known.render(entry.sha256) for entry in known.entries.get(path, ()))
    return any(
        render is not None and (render == there.content or same_meaning(path, render, there.content))
        for render in renders
    )


def left_beside(known: SavedState) -> Mapping[RelPath, RelPath]:
    """The versions that could not be merged and still lie beside a file, with that file."""
    paths = [path for path, entries in known.entries.items() if not is_kept(entries)]
    sides = {side(path): path for path in paths for side in (beside, displaced)}
    found = look(known.root, sides)
    return {side: path for side, path in sorted(sides.items()) if found[side] is not None}


def displaced(path: RelPath) -> RelPath:
    """Where the user's version of a file goes that a newer version of the tool has elsewhere."""
    return RelPath(f"{path}{_DISPLACED}")


def beside(path: RelPath) -> RelPath:
    """Where the new version of a file goes that cannot be merged."""
    return RelPath(f"{path}{_BESIDE}")


def steps_of(known: SavedState, change: Change) -> Iterator[Step]:
    """What a change writes or removes."""
    if change.action is Action.BESIDE:
        there = _pending(known, change.path)
        yield Step(beside(change.path), there if isinstance(there, DiskFile) else None, change.after)
    elif change.action is Action.DISPLACED and isinstance(change.before, DiskFile):
        yield Step(change.path, None, change.after)
        yours = FileBlob(change.before.content, change.before.executable)
        yield Step(displaced(change.path), None, yours)
    elif change.action is Action.DELETE or change.after is not None:
        yield Step(change.path, change.before, change.after)
