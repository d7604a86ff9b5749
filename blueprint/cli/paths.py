"""Paths as they can be typed where the user is."""

from __future__ import annotations

import shlex
from pathlib import Path


def near(path: Path) -> str:
    """The path as seen from the current folder, if it is below that; else in full."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def command_for(command: str, path: Path) -> str:
    """`blueprint run shop`, as it can be typed here; nothing is added where this is the folder."""
    shown = near(path)
    if shown == ".":
        return f"blueprint {command}"
    return f"blueprint {command} {shlex.quote(f'./{shown}' if shown.startswith('-') else shown)}"
