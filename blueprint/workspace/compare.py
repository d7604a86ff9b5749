"""(what is known, what is wanted) to ChangeSet. Reads the project, writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from blueprint.errors import ConflictError, Problem
from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.changes import Action, Change, ChangeSet, Step
from blueprint.workspace.decide import Case, decide
from blueprint.workspace.following import followed
from blueprint.workspace.found import Found, Obstacle, OnDisk, look, lookalike
from blueprint.workspace.known import Known
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.markers import first_clash
from blueprint.workspace.record import refuse_records
from blueprint.workspace.records import record_steps

Style = Callable[[Mapping[str, bytes]], Mapping[str, bytes]]
"""Python files as the project's settings would have them; the keys tell them apart and end in `.py`."""

_BESIDE = ".blueprint-new"


class Wanted(Struct, frozen=True):
    """What the project is to be.

    `edits`: files of the user's that the command was asked to change, with the bytes that the change began
    with. `style`: how Python is written in this project; None where it is written as the tool writes it.
    """

    tree: Tree
    tool_version: str
    edits: Mapping[RelPath, bytes] = field(default_factory=dict)
    style: Style | None = None


def compare(known: Known, wanted: Wanted) -> ChangeSet:
    """Everything that would have to change. The same arguments and the same files give the same answer.

    Raises ConflictError where a file that is to be edited has changed meanwhile, MachineError where one
    cannot be read.
    """
    refuse_records(wanted.tree)
    with machine_errors(known.root):
        paths = sorted({*wanted.tree, *known.entries})
        disk = look(known.root, paths)
        strays = known.strays
        cases = [_case(known, wanted, path, disk[path], strays) for path in paths]
        found = [_change(known, wanted, case) for case in _in_style(cases, wanted.style)]
        changes = tuple(change for change in found if change)
        steps = tuple(step for change in changes for step in _steps(change))
        actions = {change.path: change.action for change in changes}
        records = record_steps(known, wanted.tree, wanted.tool_version, actions, is_changed=bool(steps))
    return ChangeSet(changes, steps + records)


def _case(known: Known, wanted: Wanted, path: RelPath, disk: OnDisk, strays: frozenset[str]) -> Case:
    entries = known.entries.get(path, ())
    new = wanted.tree.get(path)
    case = Case(path, disk, new, entries, strays=strays)
    if isinstance(disk, Found) and disk.sha256 not in {entry.sha256 for entry in entries}:
        named = (known.render(entry.sha256) for entry in entries)
        is_marked = first_clash(disk.content) is not None
        case = replace(
            case,
            bases=tuple(content for content in named if content is not None),
            renders=tuple(known.renders_of(path)) if is_marked else (),
        )
    return replace(case, has_news=_has_news(case))


def _has_news(case: Case) -> bool:
    new = case.new
    return new is None or not case.entries or any(entry.sha256 != new.sha256 for entry in case.entries)


def _in_style(cases: list[Case], style: Style | None) -> list[Case]:
    """The cases with all Python that is written or merged as the project writes it."""
    if style is None:
        return cases
    texts: dict[str, bytes] = {}
    for number, case in enumerate(cases):
        if case.path.endswith(".py") and case.has_news and case.new:
            texts[f"{number}/new.py"] = case.new.content
            texts |= {f"{number}/base{index}.py": base for index, base in enumerate(case.bases)}
    styled = style(texts)
    return [_restyled(case, number, styled) for number, case in enumerate(cases)]


def _restyled(case: Case, number: int, styled: Mapping[str, bytes]) -> Case:
    key = f"{number}/new.py"
    if key not in styled or case.new is None:
        return case
    bases = tuple(styled[f"{number}/base{index}.py"] for index in range(len(case.bases)))
    return replace(case, new=replace(case.new, content=styled[key]), bases=bases)


def _change(known: Known, wanted: Wanted, case: Case) -> Change | None:
    if case.path in wanted.edits:
        return _edit(case, wanted.edits[case.path])
    change = decide(case)
    if change and change.action is Action.CREATE:
        return _unless_taken(known, change)
    if change and change.action is Action.BESIDE:
        return _unless_pending(known, change)
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


def _unless_taken(known: Known, change: Change) -> Change:
    """On some disks, and for some people, `Readme.md` and `README.md` are one file."""
    twin = lookalike(known.root, change.path)
    if twin is None:
        return change
    return Change(change.path, Action.BLOCKED, why=f"{twin} is there, which some disks take for the same")


def _unless_pending(known: Known, change: Change) -> Change:
    side = beside(change.path)
    if look(known.root, [side])[side] is None:
        return change
    return replace(change, action=Action.BLOCKED, after=None, why=f"{side} of an earlier run is still there")


def beside(path: RelPath) -> RelPath:
    """Where the new version of a file goes that cannot be merged."""
    return RelPath(f"{path}{_BESIDE}")


def _steps(change: Change) -> Iterator[Step]:
    if change.action is Action.BESIDE:
        yield Step(beside(change.path), None, change.after)
    elif change.action is Action.DELETE or change.after is not None:
        yield Step(change.path, change.before, change.after)
