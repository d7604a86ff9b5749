"""A project brought to what its spec says: the core of `sync` and of every command that edits the spec."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from blueprint.errors import ConflictError, Problem, SpecError
from blueprint.tree import RelPath, Tree
from blueprint.workspace.changes import Action, Change, ChangeSet
from blueprint.workspace.compare import Style, Wanted, compare
from blueprint.workspace.found import Found, look
from blueprint.workspace.lock import SPEC, Owner
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.markers import first_clash
from blueprint.workspace.project import Project, find_project, open_project
from blueprint.workspace.transaction import commit
from blueprint.workspace.unfinished import unfinished

if TYPE_CHECKING:
    from blueprint.cli.wanted import WantedDraft
    from blueprint.evolution.uses import Gone, Use
    from blueprint.spec.model import Spec

Edit = Callable[[str], str]

_SETTINGS = ("ruff.toml", ".ruff.toml", "pyproject.toml")
_BOM = "\ufeff"


class Synchronised(Struct, frozen=True):
    """What was done, or would be in a dry run.

    `recovered`: an interrupted run was taken back before. `gone`: what the spec has no longer, `uses`: the
    user's lines that name it.
    """

    root: Path
    spec: Spec
    changes: ChangeSet
    recovered: bool
    gone: tuple[Gone, ...] = ()
    uses: tuple[Use, ...] = ()


def synchronise(
    directory: Path, *, edit: Edit | None = None, dry_run: bool = False, command: str = "sync"
) -> Synchronised:
    """Bring the project around `directory` to what its blueprint.yaml says, in one transaction.

    `edit` takes the text of blueprint.yaml, as it is while nobody else is at work, and gives the text that
    it is to be. `command` is remembered for `undo`. A dry run changes nothing.
    Raises UsageError outside of a project, SpecError, ConflictError where something must be settled first,
    MachineError, and what `edit` raises: in each case nothing has changed.
    """
    from blueprint import __version__

    with open_project(directory, __version__) as project:
        draft, changes = _compared(project, __version__, edit)
        _refuse_unfinished(project, changes, is_editing=edit is not None)
        _refuse_unresolved(project, changes)
        uses = _uses(project, draft, changes)
        if not dry_run:
            commit(project.root, changes.steps, command)
        return Synchronised(project.root, draft.spec, changes, project.recovered, draft.gone, uses)


def survey(directory: Path) -> Synchronised:
    """What `synchronise` would change, conflicts of any kind included. Raises as it does."""
    from blueprint import __version__

    with open_project(directory, __version__) as project:
        draft, changes = _compared(project, __version__, None)
        return Synchronised(project.root, draft.spec, changes, project.recovered)


def read_project_text(directory: Path) -> tuple[Path, str]:
    """The root of the project around this folder, and the text of its blueprint.yaml, as it is just now."""
    root = find_project(directory)
    with machine_errors(root):
        return root, _decoded((root / SPEC).read_bytes(), root)


def _compared(project: Project, version: str, edit: Edit | None) -> tuple[WantedDraft, ChangeSet]:
    content, text = _spec_text(project)
    draft, tree = _rendered(project, edit(text) if edit else text, content)
    edits = {SPEC: content} if edit else {}
    wanted = Wanted(tree, version, edits, _style(project, tree))
    with machine_errors(project.root):
        return draft, compare(project.known, wanted)


def _uses(project: Project, draft: WantedDraft, changes: ChangeSet) -> tuple[Use, ...]:
    if not draft.gone:
        return ()
    from blueprint.evolution.uses import uses_of

    entries = project.known.entries.items()
    ours = {path for path, known in entries if any(entry.owner is Owner.TOOL for entry in known)}
    going = {change.path for change in changes.changes if change.action is Action.DELETE}
    with machine_errors(project.root):
        return uses_of(project.root, draft.gone, ours | going)


def _spec_text(project: Project) -> tuple[bytes, str]:
    content = project.spec
    return content, _decoded(content, project.root)


def _decoded(content: bytes, root: Path) -> str:
    """The text, line ends as they are, without a byte order mark. Raises SpecError for what is no text."""
    try:
        return content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError:
        from blueprint.spec.document import read_document

        found = read_document(content, str(root / SPEC)).problems
        raise SpecError(found or Problem("not-text", "the spec is no UTF-8", path=str(root / SPEC))) from None


def _rendered(project: Project, text: str, content: bytes) -> tuple[WantedDraft, Tree]:
    """What this text asks for, and all files of it; `content` is blueprint.yaml as it is now."""
    from blueprint.cli.wanted import wanted_draft
    from blueprint.render.renderer import render

    with machine_errors(project.root):
        draft = wanted_draft(project.root, text, _text_before(project), project.known.entries)
    tree = render(draft.plan)
    has_bom = content.startswith(_BOM.encode())
    written = replace(tree[SPEC], content=((_BOM if has_bom else "") + text).encode())
    return draft, Tree({**tree, SPEC: written})


def _text_before(project: Project) -> str | None:
    """The spec that the project followed until now; None where it is not known, or where there were two."""
    entries = project.known.entries.get(SPEC, ())
    content = project.known.render(entries[0].sha256) if len(entries) == 1 else None
    return None if content is None else content.decode("utf-8", "replace").removeprefix(_BOM)


def _style(project: Project, tree: Tree) -> Style | None:
    """How Python is written here; None where nobody has touched the settings that the tool wrote."""
    for name in _SETTINGS:
        path = RelPath(name)
        there = look(project.root, [path])[path]
        if not isinstance(there, Found):
            continue
        written = {entry.sha256 for entry in project.known.entries.get(path, ())}
        if there.sha256 in written or (path in tree and tree[path].content == there.content):
            return None
        from blueprint.render.python_code import restyled

        return partial(restyled, settings=project.root / path)
    return None


def _refuse_unfinished(project: Project, changes: ChangeSet, *, is_editing: bool) -> None:
    """In the middle of a merge, `sync` settles what follows from the spec. Nothing else may mix in."""
    work = unfinished(project.root)
    settles = project.known.is_merging or any(_is_marked(change) for change in changes.changes)
    if work is None or (not is_editing and (work == "merge" or settles)):
        return
    hint = f"finish it or give it up: `git {work} --continue` or `git {work} --abort`"
    raise ConflictError(
        Problem("unfinished-git", f"git is in the middle of a {work}", hint, str(project.root))
    )


def _is_marked(change: Change) -> bool:
    return change.before is not None and first_clash(change.before.content) is not None


def _refuse_unresolved(project: Project, changes: ChangeSet) -> None:
    """What somebody has to settle is settled before anything new is written."""
    problems = [
        Problem(
            "unresolved",
            "the file holds conflict markers",
            "settle them, then try again",
            str(project.root / change.path),
            change.line,
        )
        for change in changes.changes
        if change.action is Action.UNRESOLVED
    ]
    if problems:
        raise ConflictError(problems)
