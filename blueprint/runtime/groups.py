"""Process groups: signal them, see whether they are gone, tell a process from a later one with its number."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

_STARTTIME = 19  # field 22 of /proc/PID/stat; counted from the state, which follows the name in parentheses


def send(group: int, number: signal.Signals) -> None:
    """Signal every process of the group, if there is one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def is_alive(group: int) -> bool:
    """True as long as the group has a process that can be signalled."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def start_time(pid: int) -> str | None:
    """When the process started, in a form only good for comparing; None if there is no such process."""
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
