"""Finds the packs: folders with a `pack.yaml`, anywhere below the template folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from blueprint.catalog.documents import Documents
from blueprint.catalog.faults import PackError, readable
from blueprint.catalog.files import FOLDERS
from blueprint.catalog.manifest import MANIFEST, read_manifest
from blueprint.catalog.model import Catalog, Pack
from blueprint.catalog.sources import Source, is_folder, is_skipped, refuse_unsafe
from blueprint.errors import Problem, UsageError
from blueprint.spec.findings import did_you_mean
from blueprint.spec.names import shown

_PACKAGE = Path(__file__).resolve().parent.parent


def load_catalog(
    extra: Iterable[Path] = (), sources: Iterable[Source] = (), instead: Iterable[Source] = ()
) -> Catalog:
    """Return the built-in packs, those below the extra folders, and external ones.

    Packs in `instead` replace other external ones.
    Raises errors as `catalog_of`, and PackError if a source has no pack, or one with the name of another.
    """
    ours = catalog_of((_own_templates(), *extra))
    there, brought = _outside(sources, ours), _outside(instead, ours)
    if not (there or brought):
        return ours
    packs = {pack.label: pack for pack in ours.packs} | there | brought
    uncopied = {
        label
        for label, pack in brought.items()
        if pack.source and is_folder(pack.source.name) and label not in there
    }
    return Catalog(tuple(packs[label] for label in sorted(packs)), frozenset(uncopied))


def catalog_of(roots: Iterable[Path]) -> Catalog:
    """Return the packs below these folders.

    Raises PackError for an invalid, linked or duplicate pack, and UsageError for a path that is not a folder.
    """
    packs: dict[str, Pack] = {}
    documents = Documents()
    for root in roots:
        if not root.is_dir():
            raise UsageError(Problem("no-templates", f"{root} is not a folder of templates"))
        if root != _own_templates():  # some installers create links there
            refuse_unsafe(root)
        for folder in _pack_folders(root):
            _add(packs, read_manifest(folder, documents))
    documents.save()
    return Catalog(tuple(packs[label] for label in sorted(packs)))


def packs_of(source: Source) -> tuple[Pack, ...]:
    """The valid packs of a source. Raises PackError."""
    packs: dict[str, Pack] = {}
    documents = Documents()
    with readable(source.folder):
        refuse_unsafe(source.folder)
        for folder in _pack_folders(source.folder):
            _refuse_other_files(folder)
            _add(packs, replace(read_manifest(folder, documents), source=source))
    documents.save()
    if not packs:
        message, hint = "there is no pack here", f"a pack is a folder with a {MANIFEST}"
        raise PackError(Problem("bad-pack", message, hint, str(source.folder)))
    return tuple(packs.values())


def _add(packs: dict[str, Pack], pack: Pack) -> None:
    if other := packs.get(pack.label):
        message = f"the pack {pack.label} is there twice: {other.folder} and {pack.folder}"
        hint = "give one of them another id" if pack.source else None
        raise PackError(Problem("duplicate-pack", message, hint, str(pack.folder / MANIFEST)))
    packs[pack.label] = pack


def _outside(sources: Iterable[Source], ours: Catalog) -> dict[str, Pack]:
    packs: dict[str, Pack] = {}
    for source in sources:
        for pack in packs_of(source):
            _refuse_taken(pack, ours)
            _add(packs, pack)
    return packs


def _refuse_taken(pack: Pack, ours: Catalog) -> None:
    """External packs cannot override names or defaults of built-in packs."""
    near = [
        each
        for each in ours.packs
        if each.kind == pack.kind and (each.stack is None or pack.stack in (None, each.stack))
    ]
    if any(each.id == pack.id for each in near):
        message = f'blueprint itself has a {pack.kind} "{pack.id}"'
        raise _taken(pack, message, "choose another id; to replace a file of it, write an overlay")
    if pack.default and any(each.default for each in near):
        message = f"blueprint itself has the default {pack.kind}"
        raise _taken(pack, message, 'take "default" out: blueprint.yaml names the pack')


def _taken(pack: Pack, message: str, hint: str) -> PackError:
    return PackError(Problem("duplicate-pack", message, hint, str(pack.folder / MANIFEST)))


def _refuse_other_files(folder: Path) -> None:
    """Folders outside of sections are errors, because they would have no effect."""
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not is_skipped(entry.name) and entry.name not in FOLDERS:
            message = f"a pack has no folder {shown(entry.name)}, and nothing in a pack is run"
            hint = did_you_mean(entry.name, FOLDERS)
            raise PackError(Problem("bad-pack", message, hint, str(entry)))


def _own_templates() -> Path:
    installed = _PACKAGE / "_templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def _pack_folders(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        if MANIFEST in files:
            folders.clear()
            yield Path(folder)
