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


def packs_around(folder: Path) -> tuple[Pack, ...]:
    """The packs of the project in this folder, or else those that lie in it, and those that are installed.

    Raises UsageError without such a folder, SpecError for a source that is not there, PackError for a pack
    that cannot be used.
    """
    sources = {source.name: source for source in (*_here(folder), *installed_sources())}
    packs = [pack for source in sources.values() for pack in packs_of(source)]
    return tuple(sorted(packs, key=lambda pack: (pack.label, str(pack.folder))))


def _here(folder: Path) -> tuple[Source, ...]:
    if (folder / SPEC_FILE).is_file():
        spec = load_spec((folder / SPEC_FILE).read_bytes(), str(folder / SPEC_FILE))
        return tuple(source for source in sources_of(spec, folder, Brought()) if is_folder(source.name))
    try:
        source = folder_source(str(folder), folder)
    except NoSource as error:
        raise UsageError(Problem("no-packs", error.message, error.hint, str(folder))) from None
    return (source,) if any(folder.rglob("pack.yaml")) else ()
