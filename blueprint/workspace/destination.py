"""Check the destination of a new project before anything is written."""

from __future__ import annotations

import os
import re
import shlex
import stat
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from blueprint.errors import ConflictError, MachineError, Problem, UsageError
from blueprint.tree import RelPath
from blueprint.workspace.lock import LOCK
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.stage import leftovers

_OF_FRESH_REPOSITORIES = re.compile(
    r"(?:README|LICENSE|LICENCE|COPYING|NOTICE)(?:\.(?:md|rst|txt))?|\.gitignore|\.gitattributes|\.editorconfig"
)
"""What hosts write into a repository that they make, and people into one of theirs before anything else."""


class Destination(Struct, frozen=True):
    """The destination of a project: `path` is absolute and free of symlinks.

    `anchor` is the nearest folder that exists, which is `path` itself where there is such a folder already.
    `kept` are the files of a fresh repository that are there, and stay as they are.
    """

    path: Path
    anchor: Path
    kept: tuple[RelPath, ...] = ()

    @property
    def exists(self) -> bool:
        return self.anchor == self.path

    @property
    def entry(self) -> str:
        """The name that appears in the anchor with the project; the folder's own name if it exists."""
        return self.path.name if self.exists else self.path.relative_to(self.anchor).parts[0]

    @property
    def stage(self) -> Path:
        """The staging folder, always on the same disk as the destination."""
        return self.anchor / f".{self.entry[:40]}.blueprint-stage"


def check_destination(path: Path) -> Destination:
    """Resolve and check `path`. Reads only.

    Raises UsageError for a place that is never right, ConflictError where something is in the way,
    MachineError where nothing can be written.
    """
    absolute = _absolute(path)
    with machine_errors(absolute):
        _refuse_broken_links(absolute)
        resolved = Path(os.path.realpath(absolute))
        _refuse_wrong_places(resolved)
        destination = Destination(resolved, _nearest_folder(resolved))
        _refuse_odd_names(destination)
        refuse_obstacles(destination)
        destination = replace(destination, kept=_fresh_files(destination))
        if not os.access(destination.anchor, os.W_OK | os.X_OK):
            hint = "choose a folder you own"
            raise MachineError(
                Problem("no-permission", "no permission to write here", hint, str(destination.anchor))
            )
    return destination


def refuse_obstacles(destination: Destination) -> None:
    """Raise ConflictError if the folder has more than a fresh repository and leftovers of a run."""
    if not destination.exists:
        return
    ours = {".git", destination.stage.name, *(path.split("/")[0] for path in leftovers(destination.stage))}
    ours |= {*_fresh_files(destination)}
    if ours.issuperset(entry.name for entry in destination.path.iterdir()):
        return
    if (destination.path / LOCK).exists():
        message = "this folder already contains a generated project"
        raise ConflictError(
            Problem("destination-is-a-project", message, _next(destination.path), str(destination.path))
        )
    raise _conflict("destination-not-empty", "this folder is not empty", destination.path)


def _fresh_files(destination: Destination) -> tuple[RelPath, ...]:
    """The files that may be there before a project; none of a project that is there."""
    if not destination.exists:
        return ()
    with os.scandir(destination.path) as entries:
        names = [
            entry.name
            for entry in entries
            if _OF_FRESH_REPOSITORIES.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        ]
    left = {*leftovers(destination.stage)}
    return tuple(path for path in map(RelPath, sorted(names)) if path not in left)


def _next(path: Path) -> str:
    """What can be done with a project that is there, as it can be typed here."""
    try:
        shown = path.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        shown = str(path)
    argument = "" if shown == "." else f" {shlex.quote(f'./{shown}' if shown.startswith('-') else shown)}"
    return f"start it: blueprint run{argument}, or change its blueprint.yaml, then: blueprint sync{argument}"


def _absolute(path: Path) -> Path:
    if "\0" in str(path):
        raise UsageError(
            Problem("destination-name", "a path cannot hold a NUL character", "choose another name")
        )
    try:
        return path.expanduser().absolute()
    except RuntimeError:
        hint = "write the full path"
        raise UsageError(Problem("home-unknown", "unknown home directory in `~`", hint, str(path))) from None
    except FileNotFoundError:
        hint = "change to an existing folder"
        raise MachineError(
            Problem("no-current-folder", "the current folder no longer exists", hint)
        ) from None


def _refuse_broken_links(absolute: Path) -> None:
    for path in (absolute, *absolute.parents):
        if path.is_symlink() and not path.exists():
            raise _conflict("destination-link", "this is a link with a missing target", path)


def _refuse_wrong_places(path: Path) -> None:
    wrong = None
    if path == path.parent:
        wrong = "a project cannot be in the root of the disk"
    elif str(path) == os.path.realpath(Path("~").expanduser()):
        wrong = "a project cannot be your home directory itself"
    elif {".git", ".blueprint"}.intersection(path.parts):
        wrong = "this folder belongs to a tool"
    elif any((parent / LOCK).is_file() for parent in path.parents):
        wrong = "this is inside another generated project"
    if wrong:
        raise UsageError(Problem("destination-wrong-place", wrong, "choose a separate folder", str(path)))


def _nearest_folder(path: Path) -> Path:
    for candidate in (path, *path.parents):
        try:
            mode = candidate.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            continue
        if stat.S_ISDIR(mode):
            return candidate
        raise _conflict("destination-is-a-file", "this is a file, not a folder", candidate)
    return Path(path.anchor)


def _refuse_odd_names(destination: Destination) -> None:
    new = str(destination.path.relative_to(destination.anchor))
    if any(ord(character) < 32 or ord(character) == 127 for character in new):
        message = "a new folder's name cannot hold control characters"
        raise UsageError(Problem("destination-name", message, "choose another name", str(destination.path)))


def _conflict(code: str, message: str, path: Path) -> ConflictError:
    return ConflictError(Problem(code, message, "choose another name, or move it away", str(path)))
