"""Faults that strike at the n-th operation on files below one folder."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Strike = Callable[[], None]
Result = TypeVar("Result")

_WATCHED = {
    "open",
    "os.listdir",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.scandir",
    "fcntl.flock",
    "subprocess.Popen",
}
_UNAUDITED = ("fsync", "posix_fadvise", "statvfs", "write")


class Counter:
    """Counts operations, and strikes at the n-th; with `lasting`, at every later one too."""

    def __init__(self, strike: Strike, at: int, *, lasting: bool = False) -> None:
        self.seen = 0
        self.running = True
        self.strike = strike
        self.at = at
        self.lasting = lasting

    def __call__(self) -> None:
        self.seen += 1
        if self.running and (self.seen == self.at or (self.lasting and self.seen > self.at)):
            self.strike()

    def stop(self) -> bool:
        """No more strikes. Says whether there was one."""
        self.running = False
        return self.seen >= self.at


def install(counter: Counter, folder: str) -> None:
    """For the rest of this process. Operations on an open file count too, whichever it is."""

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event not in _WATCHED or (event == "open" and _is_step(arguments[2])):
            return
        if not isinstance(arguments[0], str | bytes | os.PathLike) or _is_below(folder, arguments[0]):
            counter()

    sys.addaudithook(watch)
    for name in _UNAUDITED:
        if hasattr(os, name):
            setattr(os, name, _counted(getattr(os, name), counter))


def _is_step(flags: object) -> bool:
    """Whether a folder is opened on the way to a file: several for one operation, which fail as that does."""
    return isinstance(flags, int) and bool(flags & os.O_DIRECTORY)


def _is_below(folder: str, path: str | bytes | os.PathLike[str]) -> bool:
    """Whether it is in the folder; a relative path is seen from an open folder, and nobody else has one."""
    name = os.fsdecode(path)
    return folder in name or not name.startswith("/")


def skip_waiting_for_the_disk() -> None:
    """For the rest of this process. No power is cut here, and a thousand flushes take a minute."""
    for name in ("fsync", "posix_fadvise"):
        if hasattr(os, name):
            setattr(os, name, lambda *_: None)


def _counted(function: Callable[..., Result], counter: Counter) -> Callable[..., Result]:
    @wraps(function)
    def counted(*arguments: object) -> Result:
        counter()
        return function(*arguments)

    return counted


def disk_full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def disk_failure() -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def not_allowed() -> None:
    raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def keyboard_interrupt() -> None:
    raise KeyboardInterrupt


def exit_at_once() -> None:
    os._exit(77)


def send(signum: signal.Signals) -> Strike:
    return lambda: os.kill(os.getpid(), signum)


STRIKES: dict[str, Strike] = {
    "disk-full": disk_full,
    "disk-failure": disk_failure,
    "not-allowed": not_allowed,
    "keyboard-interrupt": keyboard_interrupt,
    "exit": exit_at_once,
    "SIGINT": send(signal.SIGINT),
    "SIGTERM": send(signal.SIGTERM),
    "SIGHUP": send(signal.SIGHUP),
    "SIGKILL": send(signal.SIGKILL),
}
