"""A project whose code imports modules of the kit that this version of the tool has elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from blueprint.tree import RelPath, Tree
from blueprint.workspace.lock import Owner
from blueprint.workspace.project import Project

if TYPE_CHECKING:
    from blueprint.evolution.moved_modules import MovedName
    from blueprint.evolution.uses import Use
    from blueprint.plan.model import Plan


class Moved(Struct, frozen=True):
    """`tree` with modules in old places that are still imported, `paths` from old to new, what to report."""

    tree: Tree
    paths: Mapping[RelPath, RelPath] = field(default_factory=dict)
    names: tuple[MovedName, ...] = ()
    uses: tuple[Use, ...] = ()


def with_moves(project: Project, plan: Plan, tree: Tree) -> Moved:
    """What the tree has to be for the user's code to go on working. Raises OSError."""
    kit = f"src/{plan.spec.name.package}/platform/"
    owned = {
        path: entries
        for path, entries in project.known.entries.items()
        if path.endswith(".py") and any(entry.owner is Owner.TOOL for entry in entries)
    }
    if not any(
        path.startswith(kit)
        and (path not in tree or tree[path].sha256 not in {each.sha256 for each in entries})
        for path, entries in owned.items()
    ):
        return Moved(tree)
    from blueprint.evolution.moved_modules import moves_of, successors
    from blueprint.render.python_code import formatting

    package = plan.spec.name.package
    moved = {old: new for pack in plan.packs for old, new in pack.moved.items()}
    copies = {path: project.known.render(entries[0].sha256) for path, entries in owned.items()}
    written = {path: copy for path, copy in copies.items() if copy is not None}
    moves = moves_of(project.root, package, written, tree, moved)
    with formatting({path: blob.content for path, blob in moves.files.items()}, package) as formatted:
        files = {path: replace(moves.files[path], content=content) for path, content in formatted().items()}
    paths = {old: new for old, new in successors(package, tree, moved).items() if old in owned}
    return Moved(Tree({**tree, **files}), paths, moves.names, moves.uses)
