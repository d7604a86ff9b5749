"""A whole process from outside: how long it took, and what it used."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds on the clock and of processor time, and MiB of memory at the peak of the largest process."""

    wall: float
    cpu: float
    peak: float


def measured(command: Sequence[str], environment: Mapping[str, str]) -> Usage:
    """Run a command to its end. Raises CalledProcessError, with what it said, where that is not a success."""
    # A command that flushes would else wait for what others have left to be written.
    os.sync()
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command, said)
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def clean_environment(home: Path) -> dict[str, str]:
    """What a user's shell has: no setting of Python's own, and a home that nobody else writes to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_"))}
    return {**kept, "HOME": str(home)}
