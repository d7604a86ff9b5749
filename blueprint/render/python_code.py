"""Format Python files with ruff: no unused imports, sorted, formatted."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from blueprint.cache import Cache, cache_folder
from blueprint.disk.folder import open_folder, stamp_of
from blueprint.errors import MachineError, Problem
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
    """A file is not valid Python: its path, line and error."""

    def __init__(self, path: RelPath, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message


@contextmanager
def formatting(files: Mapping[RelPath, bytes], package: str) -> Iterator[Callable[[], dict[RelPath, bytes]]]:
    """Format the files with ruff; `package` is the project's own.

    Ruff works beside what is done inside of the context, and the function waits for it. What a file becomes
    depends on the others only through the names that are the project's own. So what was made of it in an
    earlier run is taken from there. Raises MachineError, the function NotPython as well.
    """
    if not files:
        yield dict
        return
    binary = _ruff_binary()
    own = sorted({package, *(_module_name(path) for path in files)})
    store = Cache(cache_folder(), "python", f"{_identity(binary)} {_CHECK} {_FORMAT} {_STYLE}")
    shared = hashlib.sha256(repr(own).encode())
    keys = {path: _key(path, content, shared) for path, content in files.items()}
    done = {path: content for path, key in keys.items() if (content := store.get(key)) is not None}
    new = {path: content for path, content in files.items() if path not in done}
    if not new:
        yield lambda: done
        return
    with _files_in_a_folder(new) as folder, _ruff_at_work(binary, folder, own) as ruff:

        @cache
        def made() -> dict[RelPath, bytes]:
            _wait_for(ruff)
            return _read(new, folder)

        yield lambda: done | made()
        for path, content in made().items():
            store.put(keys[path], content)
    store.save()


def restyled(files: Mapping[str, bytes], settings: Path) -> Mapping[str, bytes]:
    """Format Python files and sort imports with a project's own ruff settings.

    `settings` is its pyproject.toml or ruff.toml. Where ruff cannot read these, the files stay as they are.
    Raises MachineError where ruff is missing, or no temporary file can be written.
    """
    paths = {RelPath(path): content for path, content in files.items()}
    styled = _gone_over(paths, settings, _sorting("I"), _FORMATTING)
    return {str(path): content for path, content in styled.items()}


def tidied(merged: Mapping[RelPath, tuple[bytes, bytes]], settings: Path) -> Mapping[RelPath, bytes]:
    """Sort and format Python files after a merge, if they were so before.

    `merged` gives each file before and after, `settings` is as in `restyled`. Imports are sorted, and those
    that nothing needs any longer taken out, only where there was nothing to do; so it is with the format.
    Raises MachineError as `restyled` does.
    """
    before = {path: content for path, (content, _) in merged.items()}
    after = {path: content for path, (_, content) in merged.items()}
    for step in (_sorting("I,F401"), _FORMATTING):
        was = _gone_over(before, settings, step)
        in_form = {path: content for path, content in after.items() if was[path] == before[path]}
        after |= _gone_over(in_form, settings, step)
    return after


_FORMATTING = ("format",)


def _sorting(rules: str) -> tuple[str, ...]:
    return ("check", "--select", rules, "--fix", "--exit-zero")


def _gone_over(
    files: Mapping[RelPath, bytes], settings: Path, *steps: tuple[str, ...]
) -> dict[RelPath, bytes]:
    """What is left of the files after these steps of ruff, in one child, with a project's own settings."""
    if not files:
        return {}
    options = ["--config", str(settings), "--config", "exclude=[]", *_QUIET, "."]
    script = " && ".join(shlex.join([_ruff_binary(), *step, *options]) for step in steps)
    with _files_in_a_folder(files) as folder:
        with _process(["/bin/sh", "-c", script], folder) as ruff:
            ruff.communicate()
        return _read(files, folder)


def _module_name(path: RelPath) -> str:
    """The top-level module name of the file."""
    return path.removeprefix("src/").partition("/")[0].removesuffix(".py")


def _identity(binary: str) -> str:
    return f"{binary} {stamp_of(Path(binary).stat())}"


def _key(path: RelPath, content: bytes, shared: hashlib._Hash) -> str:
    key = shared.copy()
    key.update(f"{path}\0".encode() + content)
    return key.hexdigest()


@contextmanager
def _files_in_a_folder(files: Mapping[RelPath, bytes]) -> Iterator[Path]:
    with ExitStack() as held:
        with _scratch():
            # Writing 80 small files to a busy disk takes longer than all of rendering.
            folder = held.enter_context(scratch_folder(in_memory=True))
            _write(files, folder)
        yield folder


@contextmanager
def _scratch() -> Iterator[None]:
    """A scratch folder that converts disk errors to MachineErrors."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "set TMPDIR to a folder with space for a few files"
        raise MachineError(
            Problem("no-scratch", f"no temporary files can be written: {reason}", hint)
        ) from error


def _write(files: Mapping[RelPath, bytes], folder: Path) -> None:
    with open_folder(folder) as opened:
        for parent in sorted({parent for path in files for parent in path.parents}):
            opened.make(parent)
        for path, content in files.items():
            opened.create(path, content)


def _read(paths: Iterable[RelPath], folder: Path) -> dict[RelPath, bytes]:
    with _scratch():
        return {path: (folder / path).read_bytes() for path in paths}


def _ruff_at_work(binary: str, folder: Path, own: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start ruff on the folder, for imports and then formatting, in a single child process."""
    first_party = f"lint.isort.known-first-party={json.dumps(own)}"
    steps = (("check", *_CHECK, "--config", first_party), ("format", *_FORMAT))
    script = " && ".join(shlex.join([binary, *step, *_ALONE, *_STYLE, "."]) for step in steps)
    return _process(["/bin/sh", "-c", script], folder)


def _wait_for(ruff: subprocess.Popen[bytes]) -> None:
    said, reason = (stream.decode("utf-8", "replace") for stream in ruff.communicate())
    if match := re.search(_SYNTAX_ERROR, said):
        raise NotPython(RelPath(match["path"]), int(match["line"]), match["message"])
    if ruff.returncode != 0:
        raise MachineError(Problem("ruff-failed", f"ruff does not run: {' '.join(reason.split())}"))


def _process(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    # The user's environment must not influence the formatting.
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env={}, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe)


def _ruff_binary() -> str:
    find: Callable[[], str] = importlib.import_module("ruff").find_ruff_bin
    try:
        return find()
    except FileNotFoundError as error:
        hint = "reinstall backend-blueprint, which includes ruff"
        raise MachineError(Problem("missing-tool", "ruff is not installed", hint)) from error
