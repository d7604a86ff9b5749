"""The watchdog ends what it was told to watch, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from blueprint.runtime import watchdog


@pytest.mark.parametrize(("said", "code"), [("{pid}\n", -15), ("{pid}\n-{pid}\n", 0)])
def test_only_groups_under_watch_are_ended(said: str, code: int) -> None:
    script = "import sys; sys.stdin.read()"
    watched = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, start_new_session=True)
    subprocess.run(
        [sys.executable, watchdog.__file__], input=said.format(pid=watched.pid), text=True, check=True
    )
    watched.communicate()
    assert watched.returncode == code
