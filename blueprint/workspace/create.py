"""Create a new project atomically."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from blueprint.tree import FileBlob, RelPath, Tree
from blueprint.workspace.base_store import recorded
from blueprint.workspace.destination import Destination, refuse_obstacles
from blueprint.workspace.interrupts import Interrupts
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.publish import place
from blueprint.workspace.stage import open_stage, sweep
from blueprint.workspace.writing import flush, refuse_without_room, write_files

_NOTHING: Mapping[RelPath, FileBlob] = MappingProxyType({})


class Created(Struct, frozen=True):
    """The created project: the number of files and bytes, and whether they are committed to a new repository.

    The tool's own records under `.blueprint` are not counted. `kept` are the files that were there before.
    """

    path: Path
    files: int
    bytes: int
    git: bool
    kept: tuple[RelPath, ...] = ()


def create_project(
    tree: Tree,
    destination: Destination,
    tool_version: str,
    git: bool,
    empty: Collection[RelPath] = (),
    own: Mapping[RelPath, FileBlob] = _NOTHING,
) -> Created:
    """Write a project, with folders in which nothing is. Where this raises, the destination is as it was.

    `own` are files that are the user's from the start: no record is kept of them.

    With `git` it starts with a commit, unless git is missing or the destination is in a repository already.
    Files that are there before stay, and are the user's from then on.
    Raises ConflictError where the destination is no longer free, MachineError where the disk does not allow
    it, Interrupted on a signal.
    """
    project = Tree({**recorded(tree, tool_version, destination.kept), **own})
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
    written = [blob for path, blob in tree.items() if path not in destination.kept] + [*own.values()]
    size = sum(len(blob.content) for blob in written)
    return Created(destination.path, len(written), size, committed, destination.kept)


def _commit(folder: Path, destination: Destination) -> bool:
    # Importing subprocess takes time, and not every project needs a commit.
    from blueprint.workspace.git import first_commit, is_in_repository

    return not is_in_repository(destination.path) and first_commit(folder)
