"""Revert the last change of a project: the core of `undo`."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from blueprint.cli.documenting import refreshed_document
from blueprint.cli.left_data import Left, left_by_steps
from blueprint.workspace.changes import ChangeSet
from blueprint.workspace.project import open_project
from blueprint.workspace.transaction import UNDO, commit
from blueprint.workspace.undo import last_change, way_back


class Undone(Struct, frozen=True):
    """What was taken back, or would be in a dry run; `command` is the one that had changed it.

    `left`: what is stored, and that the system no longer finds.
    """

    root: Path
    command: str
    changes: ChangeSet
    recovered: bool
    left: Left | None = None


def take_back(directory: Path, *, dry_run: bool) -> Undone:
    """Revert the last change of the project that contains this folder, in one transaction.

    Raises UsageError outside of a project, ConflictError where there is nothing to take back or it was
    edited since, MachineError.
    """
    from blueprint import __version__

    with open_project(directory, __version__) as project:
        journal = last_change(project.root)
        changes = way_back(project.root, journal, refreshed_document(project.root))
        left = left_by_steps(project.root, changes.steps)
        if not dry_run:
            commit(project.root, changes.steps, UNDO)
        return Undone(project.root, journal.command, changes, project.recovered, left)
