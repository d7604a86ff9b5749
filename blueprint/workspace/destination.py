"""Where a project may be created, asked before anything is written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from msgspec import Struct

from blueprint.errors import ConflictError, MachineError, Problem, UsageError
from blueprint.workspace.lock import LOCK
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.stage import leftovers


class Destination(Struct, frozen=True):
    """A place for a project: `path`, absolute and free of symlinks.

    `anchor` is the nearest folder that exists, which is `path` itself where there is such a folder already.
    """

    path: Path
    anchor: Path

    @property
    def exists(self) -> bool:
        return self.anchor == self.path

    @property
    def entry(self) -> str:
        """What appears in the anchor when the project appears; the folder's own name where it exists."""
        return self.path.name if self.exists else self.path.relative_to(self.anchor).parts[0]

    @property
    def stage(self) -> Path:
        """The folder that the project is made in: always on the same disk as its destination."""
        return self.anchor / f".{self.entry[:40]}.blueprint-stage"


def check_destination(path: Path) -> Destination:
    """Where `path` leads. Reads only.

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
        if not os.access(destination.anchor, os.W_OK | os.X_OK):
            hint = "choose a folder that is yours"
            raise MachineError(
                Problem("no-permission", "no permission to write here", hint, str(destination.anchor))
            )
    return destination


def refuse_obstacles(destination: Destination) -> None:
    """Raise ConflictError if the folder holds more than a repository and what an interrupted run left."""
    if not destination.exists:
        return
    ours = {".git", destination.stage.name, *(path.split("/")[0] for path in leftovers(destination.stage))}
    if ours.issuperset(entry.name for entry in destination.path.iterdir()):
        return
    if (destination.path / LOCK).exists():
        raise _conflict(
            "destination-is-a-project", "this folder is a generated project already", destination.path
        )
    raise _conflict("destination-not-empty", "this folder is not empty", destination.path)


def _absolute(path: Path) -> Path:
    if "\0" in str(path):
        raise UsageError(
            Problem("destination-name", "a path cannot hold a NUL character", "choose another name")
        )
    try:
        return path.expanduser().absolute()
    except RuntimeError:
        hint = "write the path in full"
        raise UsageError(
            Problem("home-unknown", "cannot tell which home `~` means", hint, str(path))
        ) from None
    except FileNotFoundError:
        hint = "change to a folder that exists"
        raise MachineError(
            Problem("no-current-folder", "the current folder no longer exists", hint)
        ) from None


def _refuse_broken_links(absolute: Path) -> None:
    for path in (absolute, *absolute.parents):
        if path.is_symlink() and not path.exists():
            raise _conflict("destination-link", "this is a link to a place that does not exist", path)


def _refuse_wrong_places(path: Path) -> None:
    wrong = None
    if path == path.parent:
        wrong = "the root of the disk is no place for a project"
    elif str(path) == os.path.realpath(Path("~").expanduser()):
        wrong = "your home is no place for a project itself"
    elif {".git", ".blueprint"}.intersection(path.parts):
        wrong = "this folder belongs to a tool"
    elif any((parent / LOCK).is_file() for parent in path.parents):
        wrong = "this is inside of another generated project"
    if wrong:
        raise UsageError(Problem("destination-wrong-place", wrong, "choose a folder of its own", str(path)))


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
