"""Update a project to match its spec: the core of `sync` and of every command that edits the spec."""

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
from blueprint.cli.pack_sources import Brought, known_packs, text_naming, with_copies
from blueprint.cli.row_names import singulars_of
from blueprint.cli.uncalled import Uncalled, uncalled_actions
from blueprint.errors import ConflictError, Problem, SpecError
from blueprint.evolution.singulars import Singulars, unsaid, with_singulars
from blueprint.plan.provenance import changed_packs, provenance_of
from blueprint.spec.load import load_spec
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
_NOTHING = Brought()


class Synchronised(Struct, frozen=True):
    """The changes made, or planned in a dry run.

    `recovered`: an interrupted run was rolled back first. `gone`: removed parts of the spec, `uses`: the
    user's lines that use them. `left`: stored data that the system no longer uses. `moved`: fields that
    became part of requests, or no longer are. `named`: singulars added to blueprint.yaml to keep the names
    of rows. `renamed`: moved names that the user's code imports, `untouched`: unmodified generated
    files among that code. `deployables` are the resulting processes, `beside` unresolved versions next to a
    file, with that file, `outdated` the parts of docs/openapi.json that lag behind the spec. `packs`: changes
    of external packs since the last sync, one per line. `uncalled`: actions without a caller.
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
    untouched: frozenset[RelPath] = frozenset()
    deployables: tuple[Deployable, ...] = ()
    beside: Mapping[RelPath, RelPath] = MappingProxyType({})
    outdated: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    uncalled: tuple[Uncalled, ...] = ()


def synchronise(
    directory: Path,
    *,
    edit: Edit | None = None,
    dry_run: bool = False,
    command: str = "sync",
    start_empty: bool = False,
    brought: Brought = _NOTHING,
) -> Synchronised:
    """Update the project that contains `directory` to match its blueprint.yaml, in one transaction.

    `edit` takes the text of blueprint.yaml, read under the lock, and returns the new text. `command` is
    recorded for `undo`. A dry run changes nothing. Only `start_empty` allows a change that disconnects the
    system from its stored data. `brought` are packs to add to the project.
    Raises UsageError outside a project, SpecError, ConflictError for unresolved conflicts, MachineError, and
    errors of `edit`: in each case nothing has changed.
    """
    from blueprint import __version__

    with open_project(directory, __version__) as project:
        draft, moved, changes, named = _compared(project, __version__, edit, brought)
        if brought.folders:
            with machine_errors(project.root):
                changes = with_copies(project.root, draft.plan.packs, brought, changes)
        _refuse_unfinished(project, changes, is_editing=edit is not None or bool(brought.sources))
        _refuse_unresolved(project, changes)
        left = left_by_sync(project, draft.spec, moved.tree)
        if left and not start_empty:
            raise ConflictError(left.problem)
        uses = _uses(project, draft, changes)
        packs = _packs_between(project.root, draft)
        if not dry_run:
            commit(project.root, changes.steps, command)
        with machine_errors(project.root):
            beside = left_beside(project.saved)
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
            untouched=moved.untouched,
            beside=beside,
            packs=packs,
            uncalled=uncalled_actions(draft),
        )


def survey(directory: Path) -> Synchronised:
    """The changes `synchronise` would make, including conflicts. Raises the same errors."""
    from blueprint import __version__
    from blueprint.cli.outdated import outdated_parts

    with open_project(directory, __version__) as project:
        draft, moved, changes, _ = _compared(project, __version__, None)
        left = left_by_sync(project, draft.spec, moved.tree)
        with machine_errors(project.root):
            beside = left_beside(project.saved)
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
            packs=_packs_between(project.root, draft),
        )


def read_project_text(directory: Path) -> tuple[Path, str]:
    """The root of the project that contains this folder, and the current text of its blueprint.yaml."""
    root = find_project(directory)
    with machine_errors(root):
        return root, _decoded((root / SPEC).read_bytes(), root)


def _packs_between(root: Path, draft: WantedDraft) -> tuple[str, ...]:
    known = known_packs(root)
    return tuple(changed_packs(known, provenance_of(draft.plan.packs))) if known else ()


def _compared(
    project: Project, version: str, edit: Edit | None, brought: Brought = _NOTHING
) -> tuple[WantedDraft, Moved, ChangeSet, Singulars]:
    draft, moved, wanted, named = _wanted(project, version, edit, brought)
    with machine_errors(project.root):
        return draft, moved, compare(project.saved, wanted), named


def wanted_of(project: Project, version: str) -> Wanted:
    """The desired project for the current blueprint.yaml. Raises the same errors as `synchronise`."""
    return _wanted(project, version, None)[2]


def _wanted(
    project: Project, version: str, edit: Edit | None, brought: Brought = _NOTHING
) -> tuple[WantedDraft, Moved, Wanted, Singulars]:
    content, text = _spec_text(project)
    before = _text_before(project)
    with machine_errors(project.root):
        singulars = singulars_of(project)
    named = unsaid(text, singulars, before)
    text = with_singulars(text, named)
    if before is not None:
        before = with_singulars(before, singulars)
    from blueprint.cli.wanted import replaced_seeds

    text = edit(text) if edit else text
    if brought.sources:
        path = str(project.root / SPEC)
        text = text_naming(text, load_spec(text, path), brought, path)
    draft, tree = _rendered(project, text, before, content, brought)
    edits = {SPEC: content} if edit or named or brought.sources else {}
    replaced = replaced_seeds(draft, tree)
    with machine_errors(project.root):
        moved = with_moves(project, draft.plan, tree, replaced)
    style, tidy = _style(project, tree), _tidy(project)
    wanted = Wanted(moved.tree, version, edits, style, tidy, moved.paths, replaced)
    return draft, moved, wanted, named


def _uses(project: Project, draft: WantedDraft, changes: ChangeSet) -> tuple[Use, ...]:
    if not draft.gone:
        return ()
    from blueprint.evolution.uses import uses_of

    entries = project.saved.entries.items()
    ours = {path for path, owned in entries if any(entry.owner is Owner.TOOL for entry in owned)}
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
    """The text with its line endings, without a byte order mark. Raises SpecError if it is not text."""
    try:
        return content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError:
        from blueprint.spec.document import read_document

        problems = read_document(content, str(root / SPEC)).problems
        raise SpecError(
            problems or Problem("not-text", "the spec is not valid UTF-8", path=str(root / SPEC))
        ) from None


def _rendered(
    project: Project, text: str, before: str | None, content: bytes, brought: Brought
) -> tuple[WantedDraft, Tree]:
    """The draft for this text, and all of its files; `content` is the current blueprint.yaml."""
    from blueprint.cli.wanted import later_seeds, wanted_draft
    from blueprint.render.renderer import render

    with machine_errors(project.root):
        draft = wanted_draft(project.root, text, before, project.saved.entries, brought)
    tree = render(draft.plan)
    has_bom = content.startswith(_BOM.encode())
    written = replace(tree[SPEC], content=((_BOM if has_bom else "") + text).encode())
    later = later_seeds(draft, tree, project.saved.entries)
    return draft, Tree({**{path: blob for path, blob in tree.items() if path not in later}, SPEC: written})


def _text_before(project: Project) -> str | None:
    """The spec of the last sync; None if it is unknown, or if there are two."""
    entries = project.saved.entries.get(SPEC, ())
    content = project.saved.render(entries[0].sha256) if len(entries) == 1 else None
    return None if content is None else content.decode("utf-8", "replace").removeprefix(_BOM)


def _style(project: Project, tree: Tree) -> Style | None:
    """The Python style of the project; None if the generated settings are unedited."""
    path, there = _ruff_settings(project)
    if path is None or there is None:
        return None
    written = {entry.sha256 for entry in project.saved.entries.get(path, ())}
    if there.sha256 in written or (path in tree and tree[path].content == there.content):
        return None
    from blueprint.render.python_code import restyled

    return partial(restyled, settings=project.root / path)


def _tidy(project: Project) -> Tidy | None:
    """A function that formats merged Python with the project's settings."""
    path, _ = _ruff_settings(project)
    if path is None:
        return None

    def tidy(merged: Mapping[RelPath, tuple[bytes, bytes]]) -> Mapping[RelPath, bytes]:
        from blueprint.render.python_code import tidied

        return tidied(merged, project.root / path)

    return tidy


def _ruff_settings(project: Project) -> tuple[RelPath, DiskFile] | tuple[None, None]:
    """The current file with the ruff settings."""
    for name in _SETTINGS:
        path = RelPath(name)
        there = look(project.root, [path])[path]
        if isinstance(there, DiskFile):
            return path, there
    return None, None


def _refuse_unfinished(project: Project, changes: ChangeSet, *, is_editing: bool) -> None:
    """During a git merge, `sync` only resolves generated files; refuse all other changes."""
    if is_editing:
        refuse_unfinished(project)
        return
    if project.saved.is_merging or any(_is_marked(change) for change in changes.changes):
        return
    refuse_unfinished(project, besides="merge")


def refuse_unfinished(project: Project, *, besides: str | None = None) -> None:
    """Raise ConflictError during an unfinished git operation other than `besides`."""
    work = unfinished(project.root)
    if work in (None, besides):
        return
    hint = f"finish or abort it: `git {work} --continue` or `git {work} --abort`"
    raise ConflictError(Problem("unfinished-git", f"a {work} is in progress in git", hint, str(project.root)))


def _is_marked(change: Change) -> bool:
    return change.before is not None and first_clash(change.before.content) is not None


def _refuse_unresolved(project: Project, changes: ChangeSet) -> None:
    """Raise ConflictError if unresolved conflicts are left."""
    problems = [
        Problem(
            "unresolved",
            "the file contains conflict markers",
            "resolve them, then try again",
            str(project.root / change.path),
            change.line,
        )
        for change in changes.changes
        if change.action is Action.UNRESOLVED
    ]
    if problems:
        raise ConflictError(problems)
