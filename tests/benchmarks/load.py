"""Requests in a closed loop: `wrk` on the second processor, whatever it asks on the first."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

SERVERS, CLIENTS = 0, 1
"""The processor of the processes that are measured, and that of all others."""

CONNECTIONS = 32
SECONDS = 3

_PATIENCE = 60
"""Seconds until an answer counts as missing; on a busy machine, some take longer than the default of two."""

_RATE = re.compile(r"^Requests/sec:\s+([0-9.]+)$", re.MULTILINE)
_FAILED = re.compile(r"Non-2xx|Socket errors")


def requests_per_second(base: str, paths: Path) -> float:
    """How many of these requests are answered with success. Raises AssertionError if any is not."""
    command = [
        "taskset",
        "-c",
        str(CLIENTS),
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{SECONDS}s",
        f"--timeout={_PATIENCE}s",
    ]
    done = subprocess.run([*command, "-s", paths, base], capture_output=True, text=True, check=True)
    found = _RATE.search(done.stdout)
    assert found and not _FAILED.search(done.stdout), done.stdout
    return float(found[1])


def write_paths(file: Path, paths: Iterable[str]) -> Path:
    """A script for wrk, which asks for these paths one after the other."""
    listed = ", ".join(f'"{path}"' for path in paths)
    file.write_text(
        f"local paths, n = {{ {listed} }}, 0\n"
        'request = function() n = n % #paths + 1; return wrk.format("GET", paths[n]) end\n'
    )
    return file


def pin(pid: int, processor: int) -> None:
    """Keep all threads of a process on one processor."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {processor})


def resident(pid: int) -> float:
    """MiB of memory that a process has now; what processes share counts for each."""
    return _status(pid, "VmRSS") / 1024


def processor_seconds(pid: int) -> float:
    """The processor time that a process has used since it started, in user and in kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def parent(pid: int) -> int:
    return _status(pid, "PPid")


def _status(pid: int, field: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))
