"""The tools to measure, each installed as its users install it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.processes import Usage, clean_environment, measured

ROOT = Path(__file__).parents[2]
PATTERNS = ("monolith", "microservices", "event-driven")
STACK, PRESET = "fastapi", "e-commerce"


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


def fresh_folder(inside: Path) -> Path:
    """A new folder, which stays to the end: where many files were deleted, ext4 makes new ones slowly."""
    return Path(tempfile.mkdtemp(dir=inside))


def versions(programs: Path, *packages: str) -> str:
    """The packages with their versions, in a line."""
    script = (
        "import importlib.metadata as m, sys; print(*(f'{p} {m.version(p)}' for p in sys.argv[1:]), sep=', ')"
    )
    done = subprocess.run(
        [programs / "python", "-c", script, *packages], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def new_shop(
    blueprint: Sequence[str], name: str, pattern: str, into: Path, environment: Mapping[str, str]
) -> Usage:
    """Write the shop in this pattern, without a git repository."""
    choices = ["-p", pattern, "-s", STACK, "--preset", PRESET, "--no-git", "-o", str(into)]
    return measured([*blueprint, "new", name, *choices], environment)
