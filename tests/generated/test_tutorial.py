"""A newcomer who types what the tutorial shows gets what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PAGE = (Path(__file__).parents[2] / "docs/tutorial.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|yaml|python) ?(\S*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.long
def test_every_command_of_the_tutorial_works(tmp_path: Path) -> None:
    folder = tmp_path
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for kind, file, text in BLOCK.findall(PAGE):
        if kind != "sh":
            (folder / file).write_text(text)
            continue
        done = subprocess.run(
            ["bash", "-euc", f"{text}\npwd"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, f"{text}\nends with {done.returncode}, after\n{done.stdout[-3000:]}"
        *lines, last = done.stdout.splitlines()
        folder = Path(last)

    assert folder == tmp_path
    assert (tmp_path / "library-event-driven/src/library/letters").is_dir()
