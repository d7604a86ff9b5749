"""The packs from outside that can be used in a folder."""

from __future__ import annotations

from pathlib import Path

from blueprint.catalog.load import packs_of
from blueprint.catalog.model import Pack
from blueprint.catalog.sources import NoSource, Source, folder_source, installed_sources, is_folder
from blueprint.cli.pack_sources import Brought, sources_of
from blueprint.errors import Problem, UsageError
from blueprint.plan.planner import SPEC_FILE
from blueprint.spec.load import load_spec
from blueprint.workspace.project import find_project


def packs_around(folder: Path) -> tuple[Pack, ...]:
    """The packs of the project in this folder, else those that lie in it, else those of the project around.

    Installed ones follow.

    Raises UsageError without such a folder, SpecError for a source that is not there, PackError for a pack
    that cannot be used.
    """
    sources = {source.name: source for source in (*_here(folder), *installed_sources())}
    packs = [pack for source in sources.values() for pack in packs_of(source)]
    return tuple(sorted(packs, key=lambda pack: (pack.label, str(pack.folder))))


def _here(folder: Path) -> tuple[Source, ...]:
    if (folder / SPEC_FILE).is_file():
        return _of_project(folder)
    try:
        source = folder_source(str(folder), folder)
    except NoSource as error:
        raise UsageError(Problem("no-packs", error.message, error.hint, str(folder))) from None
    if any(folder.rglob("pack.yaml")):
        return (source,)
    try:
        return _of_project(find_project(folder))
    except UsageError:
        return ()


def _of_project(root: Path) -> tuple[Source, ...]:
    spec = load_spec((root / SPEC_FILE).read_bytes(), str(root / SPEC_FILE))
    return tuple(source for source in sources_of(spec, root, Brought()) if is_folder(source.name))
