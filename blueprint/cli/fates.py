"""Change the owner of files: the core of `keep`, `restore` and `take`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from blueprint.cli.left_data import left_by_steps
from blueprint.cli.paths import near
from blueprint.cli.synchronising import refuse_unfinished, wanted_of
from blueprint.errors import ConflictError, Problem, UsageError
from blueprint.tree import RelPath
from blueprint.workspace import fates
from blueprint.workspace.changes import ChangeSet
from blueprint.workspace.compare import Wanted
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.project import find_project, open_project
from blueprint.workspace.saved_state import SavedState
from blueprint.workspace.transaction import commit

Fate = Callable[[SavedState, Wanted, Sequence[RelPath]], ChangeSet]


class Chosen(Struct, frozen=True):
    """The changes made, or planned in a dry run. `recovered`: an interrupted run was rolled back first."""

    root: Path
    changes: ChangeSet
    recovered: bool


def fate_of(command: str, *, force: bool = False) -> Fate:
    """The effect of a command on files."""
    if command == "restore":
        return partial(fates.restore, force=force)
    return fates.keep if command == "keep" else fates.take


def choose(
    files: Sequence[str], directory: Path | None, command: str, fate: Fate, *, dry_run: bool
) -> Chosen:
    """Give these files this fate, in one transaction.

    Paths are relative to `directory`, or to the current folder; the project is the one around that, else the
    one around the first file. `command` is remembered for `undo`.
    Raises UsageError for a file that cannot have it or is outside of the project, SpecError, ConflictError
    where something must be settled first, MachineError: in each case nothing has changed.
    """
    from blueprint import __version__

    root = _project_around(files, directory)
    paths = _inside(root, files, directory)
    with open_project(root, __version__) as project:
        refuse_unfinished(project)
        changes = fate(project.saved, wanted_of(project, __version__), paths)
        if left := left_by_steps(root, changes.steps):
            raise ConflictError(left.problem)
        if not dry_run:
            commit(project.root, changes.steps, command)
        return Chosen(project.root, changes, project.recovered)


def _project_around(files: Sequence[str], directory: Path | None) -> Path:
    try:
        return find_project(directory or Path())
    except UsageError as error:
        if directory is not None or error.problems[0].code != "no-project" or "\0" in files[0]:
            raise
    return find_project(Path(files[0]).parent)


def _inside(root: Path, files: Sequence[str], directory: Path | None) -> tuple[RelPath, ...]:
    """The paths relative to the project. Raises UsageError with all that are outside."""
    with machine_errors(root):
        start = os.path.realpath((directory or Path()).expanduser())
        paths = {file: _from(root, os.path.normpath(Path(start, file))) for file in files}
    outside = [file for file, path in paths.items() if path is None]
    if outside:
        message, hint = (
            f"the file is not in the project {near(root)}",
            "pass files that blueprint wrote there",
        )
        raise UsageError([Problem("outside-project", message, hint, file) for file in outside])
    return tuple(path for path in paths.values() if path is not None)


def _from(root: Path, path: str) -> RelPath | None:
    """The path below the root. Links above the project are followed, links inside it are not."""
    if "\0" in path:
        return None
    for above in reversed(Path(path).parents):
        if os.path.realpath(above) == str(root):
            try:
                return RelPath(Path(path).relative_to(above).as_posix())
            except ValueError:  # a name that blueprint never writes
                return None
    return None
