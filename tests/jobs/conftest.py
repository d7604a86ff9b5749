"""A project with a job, in each pattern."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.broom import Broom

HERE = Path(__file__).parent


@pytest.fixture
def broom(tmp_path: Path) -> Callable[[str], Broom]:
    """A new project in a pattern, with code that can be watched and held up."""

    def make(pattern: str) -> Broom:
        folder, seen = tmp_path / "broom", tmp_path / "seen"
        command = [sys.executable, "-m", "blueprint", "new", "broom", "--spec", str(HERE / "sweeps.yaml")]
        command += ["-p", pattern, "-s", "fastapi", "--no-git", "-o", str(folder)]
        subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL)
        shutil.copy(HERE / "actions.txt", folder / "src/broom/sweeps/actions.py")
        seen.mkdir()
        return Broom(folder, seen)

    return make
