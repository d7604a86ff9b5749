"""Python files as ruff would have them: no import too many, sorted, formatted."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from blueprint.errors import MachineError, Problem
from blueprint.render.kept import Kept, cache_folder
from blueprint.scratch import scratch_folder
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
_SYNTAX_ERROR = r"(?m)^(?P<path>.+):(?P<line>\d+):\d+: invalid-syntax: (?P<message>.+)$"


class NotPython(Exception):
    """A file is not Python: which one, in which line, and why."""

    def __init__(self, path: RelPath, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


def formatted(files: Mapping[RelPath, bytes], package: str) -> dict[RelPath, bytes]:
    """The files as ruff would have them; `package` is the project's own. Raises NotPython, MachineError.

    What a file becomes depends on the others only through the names that are the project's own. So what was
    made of it in an earlier run is taken from there.
    """
    if not files:
        return {}
    binary = _ruff_binary()
    own = sorted({package, *(_module_name(path) for path in files)})
    kept = Kept(cache_folder(), "python", f"{_identity(binary)} {_CHECK} {_FORMAT} {_STYLE}")
    shared = hashlib.sha256(repr(own).encode())
    keys = {path: _key(path, content, shared) for path, content in files.items()}
    done = {path: content for path, key in keys.items() if (content := kept.get(key)) is not None}
    fresh = _formatted_by(binary, {path: files[path] for path in files if path not in done}, own)
    for path, content in fresh.items():
        kept.put(keys[path], content)
    kept.save()
    return done | fresh


def restyled(files: Mapping[str, bytes], settings: Path) -> Mapping[str, bytes]:
    """Python files in the format that a project's own settings for ruff ask for.

    `settings` is its pyproject.toml or ruff.toml. Where ruff cannot read these, the files stay as they are.
    Raises MachineError where ruff is missing, or no temporary file can be written.
    """
    if not files:
        return files
    paths = {RelPath(path): content for path, content in files.items()}
    options = ["--config", str(settings), "--config", "exclude=[]", *_QUIET]
    with _files_in_a_folder(paths) as folder:
        _run([_ruff_binary(), "format", *options, "."], folder)
        return {path: (folder / path).read_bytes() for path in files}


def _module_name(path: RelPath) -> str:
    """The top of the name by which the file is imported."""
    return path.removeprefix("src/").partition("/")[0].removesuffix(".py")


def _identity(binary: str) -> str:
    status = Path(binary).stat()
    return f"{binary} {status.st_size} {status.st_mtime_ns}"


def _key(path: RelPath, content: bytes, shared: hashlib._Hash) -> str:
    key = shared.copy()
    key.update(f"{path}\0".encode() + content)
    return key.hexdigest()


def _formatted_by(binary: str, files: Mapping[RelPath, bytes], own: Sequence[str]) -> dict[RelPath, bytes]:
    if not files:
        return {}
    with _files_in_a_folder(files) as folder:
        first_party = f"lint.isort.known-first-party={json.dumps(own)}"
        said = _ruff(binary, folder, "check", *_CHECK, "--config", first_party)
        if found := re.search(_SYNTAX_ERROR, said):
            raise NotPython(RelPath(found["path"]), int(found["line"]), found["message"])
        _ruff(binary, folder, "format", *_FORMAT)
        return {path: (folder / path).read_bytes() for path in files}


@contextmanager
def _files_in_a_folder(files: Mapping[RelPath, bytes]) -> Iterator[Path]:
    try:
        # 80 small files cost a busy disk more time than all of rendering.
        with scratch_folder(in_memory=True) as folder:
            _write(files, folder)
            yield folder
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "set TMPDIR to a folder with space for a few files"
        raise MachineError(
            Problem("no-scratch", f"no temporary files can be written: {reason}", hint)
        ) from error


def _write(files: Mapping[RelPath, bytes], folder: Path) -> None:
    for parent in sorted({parent for path in files for parent in path.parents}):
        (folder / parent).mkdir(exist_ok=True)
    for path, content in files.items():
        (folder / path).write_bytes(content)


def _ruff(binary: str, folder: Path, *arguments: str) -> str:
    """What it says of the files that are in the folder."""
    done = _run([binary, *arguments, *_ALONE, *_STYLE, "."], folder)
    if done.returncode != 0:
        reason = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise MachineError(Problem("ruff-failed", f"ruff does not run here: {reason}"))
    return done.stdout.decode("utf-8", "replace")


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    # No variable of the user's may change what a project looks like.
    return subprocess.run(
        command, cwd=folder, env={}, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )


def _ruff_binary() -> str:
    find: Callable[[], str] = importlib.import_module("ruff").find_ruff_bin
    try:
        return find()
    except FileNotFoundError as error:
        hint = "install backend-blueprint again: ruff comes with it"
        raise MachineError(Problem("missing-tool", "ruff is not installed", hint)) from error
