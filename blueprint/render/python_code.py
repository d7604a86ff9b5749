"""Python files as ruff would have them: no import too many, sorted, formatted."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from blueprint.errors import MachineError, Problem
from blueprint.tree import RelPath

_QUIET = ("--no-cache", "--quiet", "--no-respect-gitignore")
_ALONE = ("--isolated", *_QUIET, "--config", "exclude=[]")
_STYLE = ("--line-length", "120", "--target-version", "py311")
_CHECK = (
    "--select",
    "I,F401",
    "--fix",
    "--exit-zero",
    "--output-format",
    "concise",
    "--config",
    "lint.isort.split-on-trailing-comma=false",
)
_FORMAT = ("--config", "format.skip-magic-trailing-comma=true")
_SYNTAX_ERROR = re.compile(r"^(?P<path>.+):(?P<line>\d+):\d+: invalid-syntax: (?P<message>.+)$", re.MULTILINE)


# Nothing here outlives the run, and 80 small files cost a busy disk more time than all of rendering.
_MEMORY = Path("/dev", "shm")


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
    try:
        return _formatted_in_a_folder(files, package)
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "set TMPDIR to a folder with space for a few files"
        raise MachineError(
            Problem("no-scratch", f"no temporary files can be written: {reason}", hint)
        ) from error


def restyled(files: Mapping[str, bytes], settings: Path) -> Mapping[str, bytes]:
    """Python files in the format that a project's own settings for ruff ask for.

    `settings` is its pyproject.toml or ruff.toml. Where ruff cannot read these, the files stay as they are.
    Raises MachineError where ruff is missing, or no temporary file can be written.
    """
    if not files:
        return files
    paths = {RelPath(path): content for path, content in files.items()}
    with tempfile.TemporaryDirectory(prefix="blueprint-", dir=_scratch()) as name:
        folder = Path(name)
        _write(paths, folder)
        options = ["--config", str(settings), "--config", "exclude=[]", *_QUIET]
        command = [_ruff_binary(), "format", *options, "."]
        subprocess.run(
            command, cwd=folder, env={}, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        return {path: (folder / path).read_bytes() for path in files}


def _formatted_in_a_folder(files: Mapping[RelPath, bytes], package: str) -> dict[RelPath, bytes]:
    with tempfile.TemporaryDirectory(prefix="blueprint-", dir=_scratch()) as name:
        folder = Path(name)
        _write(files, folder)
        own = f'lint.isort.known-first-party=["{package}"]'
        ruff = partial(_ruff, _ruff_binary(), folder)
        said = ruff("check", *_CHECK, "--config", own)
        if found := _SYNTAX_ERROR.search(said):
            raise NotPython(RelPath(found["path"]), int(found["line"]), found["message"])
        ruff("format", *_FORMAT)
        return {path: (folder / path).read_bytes() for path in files}


def _scratch() -> str | None:
    """Where temporary files go: where the user says, else into memory, else where Python says."""
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return str(_MEMORY) if in_memory and "TMPDIR" not in os.environ else None


def _write(files: Mapping[RelPath, bytes], folder: Path) -> None:
    for parent in sorted({parent for path in files for parent in path.parents}):
        (folder / parent).mkdir(exist_ok=True)
    for path, content in files.items():
        (folder / path).write_bytes(content)


def _ruff(binary: str, folder: Path, *arguments: str) -> str:
    """What it says of the files that are in the folder."""
    command = [binary, *arguments, *_ALONE, *_STYLE, "."]
    # No variable of the user's may change what a project looks like.
    done = subprocess.run(
        command, cwd=folder, env={}, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode != 0:
        reason = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise MachineError(Problem("ruff-failed", f"ruff does not run here: {reason}"))
    return done.stdout.decode("utf-8", "replace")


def _ruff_binary() -> str:
    find: Callable[[], str] = importlib.import_module("ruff").find_ruff_bin
    try:
        return find()
    except FileNotFoundError as error:
        hint = "install backend-blueprint again: ruff comes with it"
        raise MachineError(Problem("missing-tool", "ruff is not installed", hint)) from error
