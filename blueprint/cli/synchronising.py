"""A project brought to what its spec says: the core of `sync` and of every command that edits the spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from blueprint.cli.left_data import Left, left_by_sync
from blueprint.cli.moved import Moved, with_moves
from blueprint.cli.row_names import singulars_of
from blueprint.errors import ConflictError, Problem, SpecError
from blueprint.evolution.singulars import Singulars, unsaid, with_singulars
from blueprint.tree import RelPath, Tree
from blueprint.workspace.changes import Action, Change, ChangeSet
from blueprint.workspace.compare import Style, Tidy, Wanted, compare, left_beside
from blueprint.workspace.disk_files import DiskFile, look
from blueprint.workspace.lock import SPEC, Owner
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.markers import first_clash
from blueprint.workspace.project import Project, find_project, open_project
from blueprint.workspace.transaction import commit
from blueprint.workspace.unfinished import unfinished

if TYPE_CHECKING:
    from blueprint.cli.wanted import WantedDraft
    from blueprint.evolution.moved_modules import MovedName
    from blueprint.evolution.requests import MovedField
    from blueprint.evolution.uses import Gone, Use
    from blueprint.plan.model import Deployable
    from blueprint.spec.model import Spec

Edit = Callable[[str], str]

_SETTINGS = ("ruff.toml", ".ruff.toml", "pyproject.toml")
_BOM = "\ufeff"


class Synchronised(Struct, frozen=True):
    """What was done, or would be in a dry run.

    `recovered`: an interrupted run was taken back before. `gone`: what the spec has no longer, `uses`: the
    user's lines that name it. `left`: what is stored, and that the system no longer finds. `moved`: fields
    that requests bring from now on, or no longer. `named`: what blueprint.yaml says from now on that a row of
    a service is called, lest that change. `renamed`: what the user's code imports and the tool has elsewhere
    now. `deployables` are the processes that it comes to, `beside` versions that could not be merged and
    still lie beside a file, with that file, `outdated` the parts of docs/openapi.json that are older than the
    spec.
    """

    root: Path
    spec: Spec
    changes: ChangeSet
    recovered: bool
    gone: tuple[Gone, ...] = ()
    uses: tuple[Use, ...] = ()
    left: Left | None = None
    moved: tuple[MovedField, ...] = ()
    named: Singulars = MappingProxyType({})
    renamed: tuple[MovedName, ...] = ()
    deployables: tuple[Deployable, ...] = ()
    beside: Mapping[RelPath, RelPath] = MappingProxyType({})
    outdated: tuple[str, ...] = ()


def synchronise(
    directory: Path,
    *,
    edit: Edit | None = None,
    dry_run: bool = False,
    command: str = "sync",
    start_empty: bool = False,
) -> Synchronised:
    """Bring the project around `directory` to what its blueprint.yaml says, in one transaction.

    `edit` takes the text of blueprint.yaml, as it is while nobody else is at work, and gives the text that
    it is to be. `command` is remembered for `undo`. A dry run changes nothing. Only with `start_empty` may
    the system be taken away from what it has stored.
    Raises UsageError outside of a project, SpecError, ConflictError where something must be settled first,
    MachineError, and what `edit` raises: in each case nothing has changed.
    """
    from blueprint import __version__

    with open_project(directory, __version__) as project:
        draft, moved, changes, named = _compared(project, __version__, edit)
        _refuse_unfinished(project, changes, is_editing=edit is not None)
        _refuse_unresolved(project, changes)
        left = left_by_sync(project, draft.spec, moved.tree)
        if left and not start_empty:
            raise ConflictError(left.problem)
        uses = _uses(project, draft, changes)
        if not dry_run:
            commit(project.root, changes.steps, command)
        return Synchronised(
            root=project.root,
            spec=draft.spec,
            changes=changes,
            recovered=project.recovered,
            gone=draft.gone,
            uses=(*uses, *moved.uses),
            left=left,
            moved=_moved(draft, changes),
            named=named,
            renamed=moved.names,
        )


def survey(directory: Path) -> Synchronised:
    """What `synchronise` would change, conflicts of any kind included. Raises as it does."""
    from blueprint import __version__
    from blueprint.cli.outdated import outdated_parts

    with open_project(directory, __version__) as project:
        draft, moved, changes, _ = _compared(project, __version__, None)
        left = left_by_sync(project, draft.spec, moved.tree)
        with machine_errors(project.root):
            beside = left_beside(project.known)
            outdated = outdated_parts(project.root, draft.spec, moved.tree)
        return Synchronised(
            project.root,
            draft.spec,
            changes,
            project.recovered,
            left=left,
            deployables=draft.plan.deployables,
            beside=beside,
            outdated=outdated,
        )


def read_project_text(directory: Path) -> tuple[Path, str]:
    """The root of the project around this folder, and the text of its blueprint.yaml, as it is just now."""
    root = find_project(directory)
    with machine_errors(root):
        return root, _decoded((root / SPEC).read_bytes(), root)


def _compared(
    project: Project, version: str, edit: Edit | None
) -> tuple[WantedDraft, Moved, ChangeSet, Singulars]:
    draft, moved, wanted, named = _wanted(project, version, edit)
    with machine_errors(project.root):
        return draft, moved, compare(project.known, wanted), named


def wanted_of(project: Project, version: str) -> Wanted:
    """What the project is to be, by its blueprint.yaml as it is now. Raises as `synchronise`."""
    return _wanted(project, version, None)[2]


def _wanted(
    project: Project, version: str, edit: Edit | None
) -> tuple[WantedDraft, Moved, Wanted, Singulars]:
    content, text = _spec_text(project)
    before = _text_before(project)
    with machine_errors(project.root):
        singulars = singulars_of(project)
    named = unsaid(text, singulars, before)
    text = with_singulars(text, named)
    if before is not None:
        before = with_singulars(before, singulars)
    draft, tree = _rendered(project, edit(text) if edit else text, before, content)
    edits = {SPEC: content} if edit or named else {}
    with machine_errors(project.root):
        moved = with_moves(project, draft.plan, tree)
    wanted = Wanted(moved.tree, version, edits, _style(project, tree), _tidy(project), moved.paths)
    return draft, moved, wanted, named


def _uses(project: Project, draft: WantedDraft, changes: ChangeSet) -> tuple[Use, ...]:
    if not draft.gone:
        return ()
    from blueprint.evolution.uses import uses_of

    entries = project.known.entries.items()
    ours = {path for path, known in entries if any(entry.owner is Owner.TOOL for entry in known)}
    going = {change.path for change in changes.changes if change.action in (Action.DELETE, Action.UPDATE)}
    with machine_errors(project.root):
        return uses_of(project.root, draft.gone, ours | going)


def _moved(draft: WantedDraft, changes: ChangeSet) -> tuple[MovedField, ...]:
    from blueprint.evolution.requests import moved_fields

    texts = {
        step.path: (step.before.content, step.after.content)
        for step in changes.steps
        if step.before and step.after
    }
    return moved_fields(draft.before, draft.spec, texts)


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


def _rendered(project: Project, text: str, before: str | None, content: bytes) -> tuple[WantedDraft, Tree]:
    """What this text asks for after the one before, and all files of it; `content` is blueprint.yaml now."""
    from blueprint.cli.wanted import later_seeds, wanted_draft
    from blueprint.render.renderer import render

    with machine_errors(project.root):
        draft = wanted_draft(project.root, text, before, project.known.entries)
    tree = render(draft.plan)
    has_bom = content.startswith(_BOM.encode())
    written = replace(tree[SPEC], content=((_BOM if has_bom else "") + text).encode())
    later = later_seeds(draft, tree, project.known.entries)
    return draft, Tree({**{path: blob for path, blob in tree.items() if path not in later}, SPEC: written})


def _text_before(project: Project) -> str | None:
    """The spec that the project followed until now; None where it is not known, or where there were two."""
    entries = project.known.entries.get(SPEC, ())
    content = project.known.render(entries[0].sha256) if len(entries) == 1 else None
    return None if content is None else content.decode("utf-8", "replace").removeprefix(_BOM)


def _style(project: Project, tree: Tree) -> Style | None:
    """How Python is written here; None where nobody has touched the settings that the tool wrote."""
    path, there = _ruff_settings(project)
    if path is None or there is None:
        return None
    written = {entry.sha256 for entry in project.known.entries.get(path, ())}
    if there.sha256 in written or (path in tree and tree[path].content == there.content):
        return None
    from blueprint.render.python_code import restyled

    return partial(restyled, settings=project.root / path)


def _tidy(project: Project) -> Tidy | None:
    """What goes over Python that was merged, by the settings that are in force here."""
    path, _ = _ruff_settings(project)
    if path is None:
        return None

    def tidy(merged: Mapping[RelPath, tuple[bytes, bytes]]) -> Mapping[RelPath, bytes]:
        from blueprint.render.python_code import tidied

        return tidied(merged, project.root / path)

    return tidy


def _ruff_settings(project: Project) -> tuple[RelPath, DiskFile] | tuple[None, None]:
    """The file from which ruff takes its settings, as it is now."""
    for name in _SETTINGS:
        path = RelPath(name)
        there = look(project.root, [path])[path]
        if isinstance(there, DiskFile):
            return path, there
    return None, None


def _refuse_unfinished(project: Project, changes: ChangeSet, *, is_editing: bool) -> None:
    """In the middle of a merge, `sync` settles what follows from the spec. Nothing else may mix in."""
    if is_editing:
        refuse_unfinished(project)
        return
    if project.known.is_merging or any(_is_marked(change) for change in changes.changes):
        return
    refuse_unfinished(project, besides="merge")


def refuse_unfinished(project: Project, *, besides: str | None = None) -> None:
    """Raise ConflictError in the middle of anything that git has begun, `besides` aside."""
    work = unfinished(project.root)
    if work in (None, besides):
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
