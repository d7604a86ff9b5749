"""Signal and check process groups."""

from __future__ import annotations

import os
import signal
from contextlib import suppress


def send(group: int, number: signal.Signals) -> None:
    """Signal every process of the group, if there is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def is_alive(group: int) -> bool:
    """Whether the group has a process that can be signalled."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
