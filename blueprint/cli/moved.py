"""Find imports of kit modules that have moved in this version of the tool."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from blueprint.tree import RelPath, Tree
from blueprint.workspace.disk_files import DiskFile, look
from blueprint.workspace.lock import Owner
from blueprint.workspace.project import Project

if TYPE_CHECKING:
    from blueprint.evolution.moved_modules import MovedName
    from blueprint.evolution.uses import Use
    from blueprint.plan.model import Plan


class Moved(Struct, frozen=True):
    """`tree` with shims for imported old modules, `paths` from old to new, and the names to report.

    `untouched`: unmodified generated files that use old names.
    """

    tree: Tree
    paths: Mapping[RelPath, RelPath] = field(default_factory=dict)
    names: tuple[MovedName, ...] = ()
    uses: tuple[Use, ...] = ()
    untouched: frozenset[RelPath] = frozenset()


def with_moves(
    project: Project, plan: Plan, tree: Tree, replaced: Collection[RelPath] = frozenset()
) -> Moved:
    """The tree with the shims that the user's code needs. Raises OSError.

    Seeds in `replaced` are rewritten.
    """
    kit = f"src/{plan.spec.name.package}/platform/"
    owned = {
        path: entries
        for path, entries in project.saved.entries.items()
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
    copies = {path: project.saved.render(entries[0].sha256) for path, entries in owned.items()}
    written = {path: copy for path, copy in copies.items() if copy is not None}
    written |= _leaving(project, tree, replaced)
    moves = moves_of(project.root, package, written, tree, moved)
    with formatting({path: blob.content for path, blob in moves.files.items()}, package) as formatted:
        files = {path: replace(moves.files[path], content=content) for path, content in formatted().items()}
    paths = {old: new for old, new in successors(package, tree, moved).items() if old in owned}
    untouched = _untouched(project, {use.path for use in moves.uses})
    return Moved(Tree({**tree, **files}), paths, moves.names, moves.uses, untouched)


def _untouched(project: Project, paths: Iterable[RelPath]) -> frozenset[RelPath]:
    """Those of the files that are as the tool wrote them."""
    on_disk = look(project.root, paths)
    return frozenset(
        path
        for path, there in on_disk.items()
        if isinstance(there, DiskFile)
        and there.sha256 in {entry.sha256 for entry in project.saved.entries.get(path, ())}
    )


def _leaving(project: Project, tree: Tree, replaced: Collection[RelPath]) -> dict[RelPath, bytes]:
    """Unedited seeds that are removed or rewritten, so their imports do not matter."""
    copies = {}
    for path, entries in project.saved.entries.items():
        if path.endswith(".py") and (path in replaced or path not in tree):
            copy = project.saved.render(entries[0].sha256)
            file = project.root / path
            if copy is not None and file.is_file() and file.read_bytes() == copy:
                copies[path] = copy
    return copies
