"""One run per project, and no process that outlives it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from blueprint.errors import MachineError, Problem
from blueprint.runtime import groups, watchdog


class Guard:
    """Knows the process groups of this run, tells the watchdog, and notes them for the run after this one."""

    def __init__(self, record: int, pipe: int) -> None:
        self._record = record
        self._pipe = pipe

    def add(self, group: int) -> None:
        """End this group if this run is killed."""
        _append(self._pipe, f"{group}\n")
        _append(self._record, f"{group} {groups.start_time(group)}\n")

    def remove(self, group: int) -> None:
        """The group is gone, its number may be taken by others."""
        _append(self._pipe, f"-{group}\n")


def _append(descriptor: int, line: str) -> None:
    # A watchdog that someone killed or a full disk is no reason to stop: the other one is still there.
    with suppress(OSError):
        os.write(descriptor, line.encode())


@contextmanager
def guarded(folder: Path) -> Iterator[Guard]:
    """Hold the project for this run; `folder` is where the record of its processes is kept.

    Raises:
        MachineError: another run holds it, or the folder cannot be written.
    """
    record = _claim(folder)
    try:
        _end_leftovers(record)
        os.ftruncate(record, 0)
        _append(record, f"{os.getpid()}\n")
        with subprocess.Popen(
            [sys.executable, "-I", "-S", watchdog.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as child:
            assert child.stdin is not None
            yield Guard(record, child.stdin.fileno())
    finally:
        os.ftruncate(record, 0)
        os.close(record)


def _claim(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        record = os.open(folder / "processes", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise MachineError(_cannot_write(folder, error)) from error
    try:
        fcntl.flock(record, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        taken = isinstance(error, BlockingIOError)
        problem = _already_running(_lines(record)[0]) if taken else _cannot_write(folder, error)
        os.close(record)
        raise MachineError(problem) from error
    return record


def _cannot_write(folder: Path, error: OSError) -> Problem:
    return Problem("cannot-write", f"cannot write into {folder}: {error.strerror}", "check its permissions")


def _already_running(pid: str) -> Problem:
    return Problem(
        "already-running", f"this project is already running (pid {pid})", f"stop it first: kill {pid}"
    )


def _lines(record: int) -> list[str]:
    return os.pread(record, 1 << 20, 0).decode(errors="replace").splitlines() or ["unknown"]


def _end_leftovers(record: int) -> None:
    for line in _lines(record)[1:]:
        group, _, started = line.partition(" ")
        if group.isdigit() and started and groups.start_time(int(group)) == started:
            groups.send(int(group), signal.SIGKILL)
