"""Has a project keep the contract: the suite, or some of it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

CONTRACT = Path(__file__).parents[1] / "contract"


def keep_contract(
    project: Path, *modules: str, flags: tuple[str, ...] = (), within: float, **variables: str
) -> str:
    """What the suite says of a copy of the project; AssertionError where something does not hold.

    `modules` are names in tests/contract, all of them where none is named. `flags` are more words for pytest,
    `within` is in seconds, and the variables are those of the running project, and of the suite.
    """
    inherited: Mapping[str, str] = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "-n", "0"]
    parts = [str(CONTRACT / name) for name in modules] or [str(CONTRACT)]
    done = subprocess.run(
        [*command, *parts, f"--project={project}", *flags],
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        timeout=within,
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout
