"""A new project on the disk: the whole of it, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from msgspec import Struct

from blueprint.tree import RelPath, Tree
from blueprint.workspace.base_store import recorded
from blueprint.workspace.destination import Destination, refuse_obstacles
from blueprint.workspace.interrupts import Interrupts
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.publish import place
from blueprint.workspace.stage import open_stage, sweep
from blueprint.workspace.writing import flush, refuse_without_room, write_files


class Created(Struct, frozen=True):
    """What there is now: how many files, of how many bytes, and whether a new repository has them committed.

    The tool's own records under `.blueprint` are not counted.
    """

    path: Path
    files: int
    bytes: int
    git: bool


def create_project(
    tree: Tree, destination: Destination, tool_version: str, git: bool, empty: Collection[RelPath] = ()
) -> Created:
    """Write a project, with folders in which nothing is. Where this raises, the destination is as it was.

    With `git` it starts with a commit, unless git is missing or the destination is in a repository already.
    Raises ConflictError where the destination is no longer free, MachineError where the disk does not allow
    it, Interrupted on a signal.
    """
    project = recorded(tree, tool_version)
    with machine_errors(destination.path), Interrupts() as interrupts:
        refuse_without_room(project, destination.path, destination.anchor)
        for around in {destination.anchor, destination.path.parent}:
            sweep(around)
        with open_stage(destination.stage) as inside:
            with inside.made(destination.path.relative_to(destination.anchor).as_posix()) as folder:
                write_files(project, folder, interrupts.check, empty)
                committed = git and _commit(folder.path, destination)
                flush(folder, ".git" if committed else ".blueprint")
            refuse_obstacles(destination)
            place(inside.path, destination.anchor, interrupts.check)
    committed = committed and (destination.path / ".git").exists()
    return Created(destination.path, len(tree), sum(len(blob.content) for blob in tree.values()), committed)


def _commit(folder: Path, destination: Destination) -> bool:
    # Starting programs takes time to import, and not every project wants a commit.
    from blueprint.workspace.git import first_commit, is_in_repository

    return not is_in_repository(destination.path) and first_commit(folder)
