"""The watchdog ends what it was told to watch, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from blueprint.runtime import watchdog
from tests.runtime.project import until


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{pid} {started}\n", -15),
        ("{pid} {started}\n-{pid}\n", 0),
        ("{pid} 0\n", 0),  # the number was given to another process
        ("999999999 {started}\n{pid} {started}\n", -15),
        ("{pid} {started}\n-999999999\n", -15),
    ],
)
def test_only_groups_under_watch_are_ended(said: str, code: int) -> None:
    script = "import sys; sys.stdin.read()"
    watched = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, start_new_session=True)
    lines = said.format(pid=watched.pid, started=watchdog.start_time(watched.pid))
    subprocess.run([sys.executable, watchdog.__file__], input=lines, text=True, check=True)
    watched.communicate()
    assert watched.returncode == code


def test_a_group_whose_first_process_is_gone_is_ended() -> None:
    child = "sleep 60 >/dev/null 2>&1 & echo $!"
    first = subprocess.Popen(["sh", "-c", child], stdout=subprocess.PIPE, start_new_session=True, text=True)
    started = watchdog.start_time(first.pid)
    out, _ = first.communicate()
    assert watchdog.start_time(first.pid) is None
    subprocess.run(
        [sys.executable, watchdog.__file__], input=f"{first.pid} {started}\n", text=True, check=True
    )
    assert until(lambda: is_gone(int(out)))


def is_gone(pid: int) -> bool:
    """A zombie counts: whoever has taken it over may be in no hurry."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_processes_are_told_apart_by_their_start() -> None:
    own = watchdog.start_time(os.getpid())
    assert own == watchdog.start_time(os.getpid())
    assert own != watchdog.start_time(os.getppid())
    assert watchdog.start_time(999999999) is None
