"""Run uv."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_FOREIGN = ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")
_DECORATION = re.compile(r"^[\s×╰╴─▶│├]*(?:(?:error|cause|hint|Caused by):)?\s*")


def own_variables(*, without: str | None = None) -> dict[str, str]:
    """The variables of this process without those of its Python environment, or with this prefix."""
    return {
        key: value
        for key, value in os.environ.items()
        if key not in _FOREIGN and not (without and key.startswith(without))
    }


def attempt(
    command: Sequence[str], folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run it and return the result without checking it."""
    return subprocess.run(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def in_a_line(stderr: str) -> str:
    """The output of uv on one line, without decorations."""
    lines = [_DECORATION.sub("", line).strip() for line in stderr.splitlines()]
    return " ".join(line for line in lines if line)[:500] or "uv failed"
