"""Python files as ruff would have them: no import too many, sorted, formatted."""

from __future__ import annotations

import importlib
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from blueprint.errors import MachineError, Problem
from blueprint.tree import RelPath

_COMMON = ("--isolated", "--no-cache", "--quiet", "--no-respect-gitignore", "--config", "exclude=[]")
_STYLE = ("--line-length", "120", "--target-version", "py311")
_SYNTAX_ERROR = re.compile(r"invalid-syntax: (?P<message>.+)\n *--> (?P<path>.+):(?P<line>\d+):\d+")


class NotPython(Exception):
    """A file is not Python: which one, in which line, and why."""

    def __init__(self, path: RelPath, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


def formatted(files: Mapping[RelPath, bytes], package: str) -> dict[RelPath, bytes]:
    """The files as ruff would have them; `package` is the project's own. Raises NotPython, MachineError."""
    if not files:
        return {}
    with tempfile.TemporaryDirectory(prefix="blueprint-") as name:
        folder = Path(name)
        _write(files, folder)
        own = f'lint.isort.known-first-party=["{package}"]'
        _ruff(folder, "check", "--select", "I,F401", "--fix", "--exit-zero", "--config", own, *_STYLE)
        _ruff(folder, "format", *_STYLE)
        return {path: (folder / path).read_bytes() for path in files}


def _write(files: Mapping[RelPath, bytes], folder: Path) -> None:
    for parent in sorted({parent for path in files for parent in path.parents}):
        (folder / parent).mkdir(exist_ok=True)
    for path, content in files.items():
        (folder / path).write_bytes(content)


def _ruff(folder: Path, *arguments: str) -> None:
    command = [_ruff_binary(), *arguments, *_COMMON, "."]
    # No variable of the user's may change what a project looks like.
    done = subprocess.run(
        command, cwd=folder, env={}, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode == 0:
        return
    said = done.stderr.decode("utf-8", "replace")
    if found := _SYNTAX_ERROR.search(said):
        raise NotPython(RelPath(found["path"]), int(found["line"]), found["message"])
    raise MachineError(Problem("ruff-failed", f"ruff does not run here: {' '.join(said.split())}"))


def _ruff_binary() -> str:
    find: Callable[[], str] = importlib.import_module("ruff").find_ruff_bin
    try:
        return find()
    except FileNotFoundError as error:
        hint = "install backend-blueprint again: ruff comes with it"
        raise MachineError(Problem("missing-tool", "ruff is not installed", hint)) from error
