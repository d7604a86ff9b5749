"""Finds the packs: folders with a `pack.yaml`, wherever they lie below the folder of templates."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from blueprint.catalog.documents import Documents
from blueprint.catalog.faults import PackError
from blueprint.catalog.manifest import MANIFEST, read_manifest
from blueprint.catalog.model import Catalog, Pack
from blueprint.errors import Problem, UsageError

_PACKAGE = Path(__file__).resolve().parent.parent


def load_catalog(extra: Iterable[Path] = ()) -> Catalog:
    """The packs that come with the tool, and those below the extra folders; errors as in `catalog_of`."""
    return catalog_of((_own_templates(), *extra))


def catalog_of(roots: Iterable[Path]) -> Catalog:
    """The packs below these folders.

    Raises PackError where a pack is not valid, linked or there twice, UsageError where a folder is none.
    """
    packs: dict[str, Pack] = {}
    documents = Documents()
    for root in roots:
        if not root.is_dir():
            raise UsageError(Problem("no-templates", f"{root} is not a folder of templates"))
        if root != _own_templates():  # in those, some installers have links
            _refuse_links(root)
        for folder in _pack_folders(root):
            pack = read_manifest(folder, documents)
            if other := packs.get(pack.label):
                message = f"the pack {pack.label} is there twice: {other.folder} and {folder}"
                raise PackError(Problem("duplicate-pack", message, path=str(folder / MANIFEST)))
            packs[pack.label] = pack
    documents.save()
    return Catalog(tuple(packs[label] for label in sorted(packs)))


def _own_templates() -> Path:
    installed = _PACKAGE / "_templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def _refuse_links(root: Path) -> None:
    """What a link leads to would go into projects, and need not be of the pack."""
    for above, folders, files in os.walk(root):
        for path in (Path(above, name) for name in (*folders, *files)):
            if path.is_symlink():
                raise PackError(
                    Problem("bad-pack", "a pack has no links", "put the file itself here", str(path))
                )


def _pack_folders(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders.sort()
        if MANIFEST in files:
            folders.clear()
            yield Path(folder)
