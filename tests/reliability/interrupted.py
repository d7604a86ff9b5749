"""Runs the command line, and sends this process a signal at a moment that is told by an audit event.

    python -m tests.reliability.interrupted SIGNAL EVENT WORD ARGUMENT...

The signal comes at the first event of this name that has the word in one of its arguments.
"""

from __future__ import annotations

import os
import signal
import sys

from blueprint.__main__ import entry


def strike_at(event: str, word: str, signum: signal.Signals) -> None:
    """For the rest of this process, once."""
    waiting = [True]

    def watch(name: str, arguments: tuple[object, ...]) -> None:
        if name == event and waiting and word in repr(arguments):
            waiting.clear()
            os.kill(os.getpid(), signum)

    sys.addaudithook(watch)


if __name__ == "__main__":
    strike_at(sys.argv[2], sys.argv[3], signal.Signals[sys.argv[1]])
    del sys.argv[1:4]
    entry()
