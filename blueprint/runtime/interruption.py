"""Handle requests to stop: Ctrl-C, SIGTERM or SIGHUP."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from blueprint.errors import Interrupted

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _raise(signum: int, _frame: FrameType | None) -> None:
    raise Interrupted(signum)


def stop_signals() -> tuple[signal.Signals, ...]:
    """The handled stop signals: under `nohup`, SIGHUP stays ignored."""
    return tuple(
        number
        for number in STOP_SIGNALS
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
    )


@contextmanager
def restored_handlers() -> Iterator[None]:
    """Restore the handlers of stop signals afterwards, which event loops do not do."""
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_on_stop_signals() -> None:
    """Make every stop signal end the process at once, after all work is done."""
    for number in stop_signals():
        signal.signal(number, signal.SIG_DFL)


def raise_on_stop_signals() -> None:
    """Make every stop signal raise Interrupted in the main thread."""
    for number in stop_signals():
        signal.signal(number, _raise)
