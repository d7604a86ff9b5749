"""A small process that terminates the processes of a killed run.

It is run as a file, with nothing but the standard library. Its standard input is a pipe from the run: a line
`123 4567` puts group 123 under watch, whose first process started at 4567, and `-123` takes it out. The pipe
ends when the run does, however it ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

GRACE = 1.0  # seconds between SIGTERM and SIGKILL

_STARTTIME = 19  # field 22 of /proc/PID/stat; counted from the state, which follows the name in parentheses


def start_time(pid: int) -> str | None:
    """The start time of the process as an opaque, comparable value; None if it does not exist."""
    if Path("/proc/self/stat").exists():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        return stat.rpartition(")")[2].split()[_STARTTIME]
    listed = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "-".join(listed.stdout.split()) or None


def may_be(group: int, started: str | None) -> bool:
    """False if the group's number was reused by another process.

    A number is not reused while the group has processes, even if its first one has exited.
    """
    return start_time(group) in (None, started)


def _send(groups: dict[int, str], number: int) -> dict[int, str]:
    """Signal the remaining groups."""
    reached = {}
    for group, started in groups.items():
        if not may_be(group, started):
            continue
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
            reached[group] = started
    return reached


def main() -> None:
    """Track groups until the pipe closes, then terminate the remaining ones."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, str] = {}
    for line in sys.stdin:
        group, _, started = line.strip().partition(" ")
        if started:
            groups[int(group)] = started
        else:
            groups.pop(-int(group), None)
    deadline = time.monotonic() + GRACE
    groups = _send(groups, signal.SIGTERM)
    while groups and time.monotonic() < deadline:
        time.sleep(0.02)
        groups = _send(groups, 0)
    _send(groups, signal.SIGKILL)


if __name__ == "__main__":
    main()
