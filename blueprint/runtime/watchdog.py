"""A small process that ends the processes of a run which was killed itself.

It is run as a file, with nothing but the standard library. Its standard input is a pipe from the run: a line
`123` puts group 123 under watch, `-123` takes it out. The pipe ends when the run does, however it ends.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

GRACE = 1.0  # seconds between SIGTERM and SIGKILL


def _send(groups: set[int], number: int) -> set[int]:
    reached = set()
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
            reached.add(group)
    return reached


def main() -> None:
    """Follow the list of groups until the pipe ends, then end what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line)
        if group > 0:
            groups.add(group)
        else:
            groups.discard(-group)
    deadline = time.monotonic() + GRACE
    groups = _send(groups, signal.SIGTERM)
    while groups and time.monotonic() < deadline:
        time.sleep(0.02)
        groups = _send(groups, 0)
    _send(groups, signal.SIGKILL)


if __name__ == "__main__":
    main()
