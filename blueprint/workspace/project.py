"""A project that exists: found, locked against other runs, brought into order, and its record read."""

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
    """A project while no other run can change it. `recovered`: an interrupted run was taken back just now."""

    root: Path
    known: SavedState
    recovered: bool

    @property
    def spec(self) -> bytes:
        """The bytes of blueprint.yaml. Raises ConflictError where it holds conflict markers, MachineError."""
        with machine_errors(self.root):
            content = (self.root / SPEC).read_bytes()
        line = first_clash(content)
        if line is None:
            return content
        message = "the spec holds conflict markers"
        hint = "settle it by hand: `blueprint sync` then settles what follows from it"
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
            known = read_saved_state(root)
        _refuse_later(known, tool_version)
        yield Project(root, known, recovered)


def find_project(directory: Path) -> Path:
    """The root of the project, absolute and free of links. Raises UsageError, MachineError."""
    with machine_errors(directory):
        start = Path(os.path.realpath(directory.expanduser()))
        for folder in (start, *start.parents):
            if (folder / LOCK).is_file() or ((folder / SPEC).is_file() and (folder / BASE).is_file()):
                return _with_spec(folder)
    hint = "name its folder, or begin one with `blueprint new`"
    raise UsageError(Problem("no-project", "this is no project of blueprint", hint, str(directory)))


def _with_spec(root: Path) -> Path:
    if (root / SPEC).is_file():
        return root
    if (root / _TEMPLATE).is_file():
        message = "this project began with a template, so there is no blueprint.yaml to follow"
        hint = "all its files are yours; `blueprint new` without --template begins a system of services"
        raise UsageError(Problem("from-template", message, hint, str(root)))
    hint = "take it from your last commit"
    raise ConflictError(Problem("no-spec", f"the project has no {SPEC}", hint, str(root)))


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Nobody else is at work in here meanwhile. The system lets go of it, however a run ends."""
    with open_folder(root) as folder, folder.inside(_RECORDS) as records:
        try:
            fcntl.flock(records.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait for it to end, then try again"
            problem = Problem("busy", "another blueprint is at work here", hint, str(root))
            raise MachineError(problem) from None
        except OSError as error:
            # A disk without locks: there, nobody knows of two runs at once.
            if error.errno not in _NO_LOCKS:
                raise
        yield


def _refuse_foreign(root: Path) -> None:
    """What is for one machine alone comes from no repository, nor leads anywhere else."""
    with open_folder(root) as folder:
        local = folder.status(LOCAL)
        if local is None:
            return
        with folder.inside(LOCAL):
            pass
    # Starting programs takes time to import, and few projects are outside of a repository.
    from blueprint.workspace.git import is_in_repository, is_tracked

    inner = root / _RECORDS / ".git"  # of a submodule, which may track it
    if is_in_repository(root) and (os.path.lexists(inner) or is_tracked(root, LOCAL)):
        message = "this is for one machine alone, but git tracks it, so somebody else may have written it"
        hint = f"look at it, then take it out: git rm -r --cached {LOCAL}"
        raise ConflictError(Problem("local-tracked", message, hint, str(root / LOCAL)))


def _recovered(root: Path) -> bool:
    path = str(root / CHANGE)
    hint = "look at it and move it away, then try again"
    try:
        return recover(root)
    except ValueError:
        message = "what an interrupted run has left here cannot be read"
        raise ConflictError(Problem("journal-damaged", message, hint, path)) from None
    except NotOurs:
        message = "a change that was interrupted in another folder lies here, and is not taken back"
        raise ConflictError(Problem("journal-foreign", message, hint, path)) from None


def _refuse_later(known: SavedState, tool_version: str) -> None:
    later = max(known.versions, key=_numbers, default="")
    if _numbers(later) > _numbers(tool_version):
        message = f"the project was written by blueprint {later}, this is {tool_version}"
        raise ConflictError(Problem("made-by-later", message, "update blueprint", str(known.root / LOCK)))


def _numbers(version: str) -> tuple[int, ...]:
    """`1.10.0rc1` as numbers that can be compared, without what comes behind them."""
    return tuple(int(part) for part in _VERSION.findall(version))
