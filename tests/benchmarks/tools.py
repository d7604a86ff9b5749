"""The tools to measure, each installed as its users install it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.processes import clean_environment

ROOT = Path(__file__).parents[2]


def installed(venv: Path, *requirements: str) -> Path:
    """The folder of the programs of a new environment with these packages, compiled to bytecode."""
    environment = clean_environment(Path.home())
    python = venv / "bin" / "python"
    for command in (
        ["venv", "--quiet", "--python", sys.executable, str(venv)],
        ["pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), *requirements],
    ):
        subprocess.run([sys.executable, "-m", "uv", *command], env=environment, check=True)
    return venv / "bin"


def versions(programs: Path, *packages: str) -> str:
    """The packages with their versions, in a line."""
    script = "import importlib.metadata as m, sys; print(*(f'{p} {m.version(p)}' for p in sys.argv[1:]), sep=', ')"
    done = subprocess.run([programs / "python", "-c", script, *packages], capture_output=True, text=True, check=True)
    return done.stdout.strip()
