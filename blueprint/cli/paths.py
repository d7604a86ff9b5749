"""Paths in the form in which the user can type them."""

from __future__ import annotations

import shlex
from pathlib import Path

from blueprint.errors import Problem, UsageError


def near(path: Path) -> str:
    """The path relative to the current folder, if it is below that; otherwise the full path."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def project_folder(option: Path | None, argument: Path | None = None) -> Path:
    """The folder that -C or DIR names; the current one without either. Raises UsageError where both do."""
    if argument is not None and option is not None:
        raise UsageError(Problem("usage", f"both {argument} and -C {option} name the project", "keep one"))
    return argument or option or Path()


def command_for(command: str, path: Path) -> str:
    """A command such as `blueprint run shop`; without a path for the current folder."""
    shown = near(path)
    if shown == ".":
        return f"blueprint {command}"
    return f"blueprint {command} {shlex.quote(f'./{shown}' if shown.startswith('-') else shown)}"
