"""Open an existing project: find it, lock it, recover an interrupted run, read its saved state."""

from __future__ import annotations

import errno
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from blueprint.disk.folder import open_folder
from blueprint.errors import ConflictError, MachineError, Problem, UsageError
from blueprint.workspace.base_store import BASE, LOCAL
from blueprint.workspace.journal import CHANGE, NotOurs
from blueprint.workspace.lock import LOCK, SPEC
from blueprint.workspace.machine import machine_errors
from blueprint.workspace.markers import first_clash
from blueprint.workspace.saved_state import SavedState, read_saved_state
from blueprint.workspace.transaction import recover

_RECORDS = ".blueprint"
_TEMPLATE = f"{_RECORDS}/template.json"
_VERSION = re.compile(r"(?:^|(?<=\.))\d+")
_NO_LOCKS = (errno.ENOTSUP, errno.ENOSYS, errno.ENOLCK, errno.EINVAL, errno.EBADF)


class Project(Struct, frozen=True):
    """A locked project. `recovered`: an interrupted run was rolled back just now."""

    root: Path
    saved: SavedState
    recovered: bool

    @property
    def spec(self) -> bytes:
        """The bytes of blueprint.yaml. Raises ConflictError if it has conflict markers, MachineError."""
        with machine_errors(self.root):
            content = (self.root / SPEC).read_bytes()
        line = first_clash(content)
        if line is None:
            return content
        message = "the spec contains conflict markers"
        hint = "resolve them: `blueprint sync` then updates all generated files"
        raise ConflictError(Problem("unresolved", message, hint, str(self.root / SPEC), line))


@contextmanager
def open_project(directory: Path, tool_version: str) -> Iterator[Project]:
    """The project that the directory belongs to.

    Raises UsageError where it belongs to none, MachineError where another run is at work or the disk does
    not allow it, ConflictError where the record is damaged, or of a later version than `tool_version`.
    """
    root = find_project(directory)
    with ExitStack() as held:
        with machine_errors(root):
            held.enter_context(_alone(root))
            _refuse_foreign(root)
            recovered = _recovered(root)
            saved = read_saved_state(root)
        _refuse_later(saved, tool_version)
        yield Project(root, saved, recovered)


def find_project(directory: Path) -> Path:
    """The root of the project, absolute and free of links. Raises UsageError, MachineError."""
    with machine_errors(directory):
        start = Path(os.path.realpath(directory.expanduser()))
        for folder in (start, *start.parents):
            if (folder / LOCK).is_file() or ((folder / SPEC).is_file() and (folder / BASE).is_file()):
                return _with_spec(folder)
    hint = "pass its folder, or create one with `blueprint new`"
    raise UsageError(Problem("no-project", "this is not a blueprint project", hint, str(directory)))


def _with_spec(root: Path) -> Path:
    if (root / SPEC).is_file():
        return root
    if (root / _TEMPLATE).is_file():
        message = "this project was created from a template and has no blueprint.yaml"
        hint = "all its files are yours; `blueprint new` without --template creates a system of services"
        raise UsageError(Problem("from-template", message, hint, str(root)))
    hint = "restore it from your last commit"
    raise ConflictError(Problem("no-spec", f"the project has no {SPEC}", hint, str(root)))


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Lock the project. The system releases the lock whenever the process ends."""
    with open_folder(root) as folder, folder.inside(_RECORDS) as records:
        try:
            fcntl.flock(records.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait for it to finish, then try again"
            problem = Problem("busy", "another blueprint command is running here", hint, str(root))
            raise MachineError(problem) from None
        except OSError as error:
            # On a disk without locks, concurrent runs cannot be detected.
            if error.errno not in _NO_LOCKS:
                raise
        yield


def _refuse_foreign(root: Path) -> None:
    """Refuse a `.blueprint/local` that comes from a repository or is a link."""
    with open_folder(root) as folder:
        local = folder.status(LOCAL)
        if local is None:
            return
        with folder.inside(LOCAL):
            pass
    # Importing subprocess takes time, so do it only within a repository.
    from blueprint.workspace.git import is_in_repository, is_tracked

    inner = root / _RECORDS / ".git"  # a submodule, which may track it
    if is_in_repository(root) and (os.path.lexists(inner) or is_tracked(root, LOCAL)):
        message = "this folder is for one machine only, but git tracks it, so it may be from another machine"
        hint = f"check it, then untrack it: git rm -r --cached {LOCAL}"
        raise ConflictError(Problem("local-tracked", message, hint, str(root / LOCAL)))


def _recovered(root: Path) -> bool:
    path = str(root / CHANGE)
    hint = "look at it and move it, then try again"
    try:
        return recover(root)
    except ValueError:
        message = "the journal of an interrupted run cannot be read"
        raise ConflictError(Problem("journal-damaged", message, hint, path)) from None
    except NotOurs:
        message = "an interrupted change from another folder is here, and was not rolled back"
        raise ConflictError(Problem("journal-foreign", message, hint, path)) from None


def _refuse_later(saved: SavedState, tool_version: str) -> None:
    later = max(saved.versions, key=_numbers, default="")
    if _numbers(later) > _numbers(tool_version):
        message = f"the project was written by blueprint {later}, this is {tool_version}"
        raise ConflictError(Problem("made-by-later", message, "update blueprint", str(saved.root / LOCK)))


def _numbers(version: str) -> tuple[int, ...]:
    """`1.10.0rc1` as comparable numbers, without the suffix."""
    return tuple(int(part) for part in _VERSION.findall(version))
