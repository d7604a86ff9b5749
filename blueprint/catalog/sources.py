"""Sources of external packs: a folder, or an installed Python distribution.

Sources are never imported or run.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from blueprint.catalog.faults import PackError
from blueprint.errors import Problem
from blueprint.spec.names import shown

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

GROUP = "blueprint.packs"
"""The entry point group of distributions with packs. The value is the Python package that contains them."""

PROJECT_FOLDER = "./packs"
"""The default folder for packs in a project."""

MOST_FILES = 5_000
MOST_BYTES = 50 << 20
_SKIPPED = frozenset({".git", "__pycache__"})


class Source(Struct, frozen=True):
    """A source of packs.

    `name`: as in `packs` of blueprint.yaml, `./packs` or the name of a distribution, whose installed version
    is `version`. `copied`: the digests, by pack, of the folder that the packs were copied from.
    """

    name: str
    folder: Path
    version: str | None = None
    copied: Mapping[str, str] = field(default_factory=dict)


class NoSource(Exception):
    """The source does not exist. Has a message and a hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def is_folder(name: str) -> bool:
    """Whether an entry of `packs` is a folder of the project, not a distribution."""
    return name.startswith("./")


def folder_source(name: str, folder: Path) -> Source:
    """The source of the packs in a folder. Raises NoSource if it does not exist."""
    if not folder.is_dir():
        raise NoSource(
            f"there is no folder {shown(name)}", "write its path, or take it from your last commit"
        )
    return Source(name, folder)


def project_source(name: str, root: Path) -> Source:
    """The source of the packs in a folder of the project at `root`, such as `./packs`.

    Raises NoSource if it does not exist, or if its path contains a link.
    """
    folder = root
    for part in name.removeprefix("./").split("/"):
        folder /= part
        if folder.is_symlink():
            raise NoSource(f"{shown(name)} is behind a link", "put the folder itself into the project")
    return folder_source(name, folder)


def distribution_source(name: str, known_version: str | None = None) -> Source:
    """The source of the packs of an installed distribution. `known_version` is the version in the project.

    Raises NoSource if it is not installed in the environment of blueprint, or has no packs.
    """
    from importlib.metadata import (
        PackageNotFoundError,
        distribution,
    )  # few projects need it, and it takes time

    try:
        dist = distribution(name)
    except (PackageNotFoundError, ValueError):
        wanted = f"{name}=={known_version}" if known_version else name
        hint = f'pip install "{wanted}" where blueprint is installed; a folder begins with ./'
        raise NoSource(f"the distribution {shown(name)} is not installed", hint) from None
    folders = [folder for entry in _entry_points(dist) if (folder := _folder_of(entry))]
    if len(folders) != 1:
        hint = f'its metadata needs one entry point in the group "{GROUP}" that names a Python package'
        raise NoSource(f"the distribution {shown(name)} has no packs", hint)
    return Source(name, folders[0], dist.version)


def installed_sources() -> list[Source]:
    """The packs of all distributions in the environment of blueprint."""
    from importlib.metadata import distributions

    sources = []
    for name in sorted({each.name for each in distributions() if _entry_points(each)}):
        try:
            sources.append(distribution_source(name))
        except NoSource:
            continue
    return sources


def refuse_unsafe(root: Path) -> None:
    """Raise PackError for links, special files, and too many or too large files."""
    count = size = 0
    for path, status in _entries_below(root):
        if stat.S_ISLNK(status.st_mode):
            raise _unsafe(path, "a pack has no links", "put the file itself here")
        if stat.S_ISDIR(status.st_mode):
            continue
        if not stat.S_ISREG(status.st_mode):
            raise _unsafe(path, "a pack has only files and folders", "take it out")
        count, size = count + 1, size + status.st_size
        if count > MOST_FILES or size > MOST_BYTES:
            limit = f"{MOST_FILES:,} files and {MOST_BYTES >> 20} MiB"
            raise _unsafe(root, f"there is more here than {limit}", "name the folder of the packs alone")


def is_skipped(name: str) -> bool:
    """Whether folders with this name are ignored."""
    return name in _SKIPPED


def _entries_below(root: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for above, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        for path in (Path(above, name) for name in (*folders, *sorted(files))):
            yield path, path.lstat()


def _unsafe(path: Path, message: str, hint: str) -> PackError:
    return PackError(Problem("bad-pack", message, hint, str(path)))


def _entry_points(of: Distribution) -> list[EntryPoint]:
    return [entry for entry in of.entry_points if entry.group == GROUP]


def _folder_of(entry: EntryPoint) -> Path | None:
    """The folder of a top-level Python package. For others, Python would import the parent."""
    if not re.fullmatch(r"\w+(\.\w+)*", entry.value):
        return None
    from importlib.util import find_spec

    top, *inside = entry.value.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location, *inside)
        if folder.is_dir():
            return folder
    return None
