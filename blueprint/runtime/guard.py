"""Ensure a single run per project, and that no process outlives it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from blueprint.disk.folder import open_folder
from blueprint.errors import MachineError, Problem
from blueprint.runtime import groups, watchdog

_LONGEST_NAME = 200
_BETWEEN_WATCHDOGS = 1.0  # seconds before a failing watchdog is restarted


class Guard:
    """Tracks the process groups of this run, for the watchdog and for the next run."""

    def __init__(self, record: int) -> None:
        self._record = record
        self._groups: dict[int, str | None] = {}
        self._watchdog = _Watchdog()
        self._again: asyncio.TimerHandle | None = None

    def add(self, group: int) -> None:
        """Terminate this group if this run is killed."""
        self._groups[group] = watchdog.start_time(group)
        line = f"{group} {self._groups[group]}\n"
        self._watchdog.tell(line)
        _append(self._record, line)

    def remove(self, group: int) -> None:
        """Stop tracking the group, whose number may be reused."""
        self._groups.pop(group, None)
        self._watchdog.tell(f"-{group}\n")

    def reap(self) -> bool:
        """Restart the watchdog if it has exited. Call this on every SIGCHLD."""
        if self._again is not None or self._watchdog.lives:
            return False
        self._later(max(0.0, self._watchdog.started + _BETWEEN_WATCHDOGS - time.monotonic()))
        return True

    def close(self) -> None:
        """Let the watchdog terminate remaining processes and exit."""
        if self._again is not None:
            self._again.cancel()
        self._watchdog.close()

    def _later(self, seconds: float) -> None:
        self._again = asyncio.get_running_loop().call_later(seconds, self._watch_again)

    def _watch_again(self) -> None:
        self._watchdog.close()
        try:
            self._watchdog = _Watchdog(f"{group} {started}\n" for group, started in self._groups.items())
        except OSError:
            self._later(_BETWEEN_WATCHDOGS)
            return
        self._again = None


class _Watchdog:
    """A watchdog process that starts with the groups in `lines`."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.started = time.monotonic()
        reading, self._pipe = os.pipe()
        try:
            for line in lines:
                self.tell(line)
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", watchdog.__file__],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            self._hang_up()
            raise
        finally:
            os.close(reading)

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def tell(self, line: str) -> None:
        _append(self._pipe, line)

    def close(self) -> None:
        self._hang_up()
        self._process.wait()

    def _hang_up(self) -> None:
        """Close the pipe, only once: its descriptor may be reused afterwards."""
        pipe, self._pipe = self._pipe, -1
        if pipe >= 0:
            os.close(pipe)


def _append(descriptor: int, line: str) -> None:
    # A killed watchdog or a full disk is not fatal: the other mechanism remains.
    with suppress(OSError):
        os.write(descriptor, line.encode())


@contextmanager
def guarded(project: Path, folder: str, processes: Sequence[str] = ()) -> Iterator[Guard]:
    """Lock the project for this run; `folder`, inside it, stores the record of its processes.

    A run of some `processes` only holds these, so that it can go beside a run of others.

    Raises:
        MachineError: another run holds it, or the folder cannot be written.
        ConflictError: a link is in the way.
    """
    record = _claim(project, folder, "-".join(["processes", *processes])[:_LONGEST_NAME])
    try:
        _end_leftovers(record)
        os.ftruncate(record, 0)
        _append(record, f"{os.getpid()}\n")
        guard = Guard(record)
        try:
            yield guard
        finally:
            guard.close()
    finally:
        os.ftruncate(record, 0)
        os.close(record)


def _claim(project: Path, path: str, name: str) -> int:
    folder = project / path
    try:
        with open_folder(project) as opened, opened.made(path, mode=0o700) as opened_folder:
            record = opened_folder.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
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
        if group.isdigit() and started and watchdog.start_time(int(group)) == started:
            groups.send(int(group), signal.SIGKILL)
