"""Defer signals to the next safe point."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType

from blueprint.errors import Interrupted

_Handler = Callable[[int, FrameType | None], object] | int | None
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """In this context, SIGINT, SIGTERM and SIGHUP are recorded, and `check` raises Interrupted.

    A second signal raises immediately, without waiting for the cleanup. Its `finished` is the attribute that
    the
    caller sets when the work is done.
    A signal that the process ignores stays ignored. Outside of the main thread this does nothing.
    """

    def __init__(self) -> None:
        self.finished = False
        self._noted: int | None = None
        self._restore: dict[signal.Signals, _Handler] = {}

    def check(self) -> None:
        """Raise Interrupted if a signal has arrived."""
        if self._noted is not None:
            raise Interrupted(self._noted)

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for signum in _STOPPING:
                previous = signal.getsignal(signum)
                if previous not in (signal.SIG_IGN, None):
                    self._restore[signum] = previous
                    signal.signal(signum, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for signum, previous in self._restore.items():
            signal.signal(signum, previous)
        if self._noted is not None and not isinstance(error, Interrupted):
            raise Interrupted(self._noted, self.finished or error is None) from error

    def _note(self, signum: int, _frame: FrameType | None) -> None:
        if self._noted is not None:
            raise Interrupted(signum, self.finished)
        self._noted = signum
