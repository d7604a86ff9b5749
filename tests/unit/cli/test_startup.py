"""Help comes at once: it loads nothing that only a command needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import blueprint

HEAVY = {
    "jinja2",
    "cookiecutter",
    "yaml",
    "rich",
    "click",
    "msgspec",
    "asyncio",
    "pydantic",
    "http",
    "subprocess",
}


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "import typer.main\n"
        "before = set(sys.modules)\n"
        "from blueprint.cli import main\n"
        "assert main.run(['--help']) == 0\n"
        "print(*(set(sys.modules) - before), file=sys.stderr)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(blueprint.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "blueprint" in loaded
    assert not loaded & HEAVY
