"""How much of the processor templates of others may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

MOST = 60.0
"""Seconds. The largest project takes a fiftieth of it."""


class TookTooLong(Exception):
    """The seconds are over."""


@contextmanager
def limited_time(seconds: float = MOST) -> Iterator[None]:
    """Inside, TookTooLong is raised after so many seconds of this process on the processor.

    There is no such limit outside of the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _raise)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _raise(_signum: int, _frame: FrameType | None) -> None:
    raise TookTooLong
