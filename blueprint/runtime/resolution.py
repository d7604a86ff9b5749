"""Resolve the dependencies of a project with uv: from pyproject.toml to two lock files."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import shorten
from typing import Any

from msgspec import Struct

from blueprint.disk.folder import Folder, open_folder
from blueprint.errors import ConflictError, MachineError, Problem, SpecError, UsageError
from blueprint.requirements import Locked, read_lock, write_lock
from blueprint.runtime.tools import locate
from blueprint.runtime.uv import attempt, in_a_line, own_variables
from blueprint.scratch import scratch_folder

MANIFEST = "pyproject.toml"
RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"

_GROUP = "dev"
_CONSTRAINTS = "constraints.txt"
_COMPILE = (
    "pip compile --quiet --color never --no-python-downloads --universal --generate-hashes "
    "--no-annotate --no-header --no-emit-index-url --no-emit-find-links --no-emit-build-options"
)
_ADD = "add --quiet --color never --no-python-downloads --frozen"
_NO_SOLUTION = 1
_OLDEST_PYTHON = "3.11"
_PYTHONS = re.compile(r"^requires-python[ \t]*=.*$", re.MULTILINE)
_ANY_PYTHON = 'requires-python = ">=3"'
_REASON = re.compile(
    r"[Bb]ecause (.*?)(?:, we can conclude that your requirements are unsatisfiable)?\.?$", re.MULTILINE
)
_NETWORK = re.compile(r"network|fetch|connect", re.IGNORECASE)
_UNKNOWN = re.compile(r"(\S+) was not found in the (?:package registry|provided package locations)")


class Inputs(Struct, frozen=True):
    """Files of a project. `locked` are the current locks, `settings` its uv.toml."""

    pyproject: str
    locked: tuple[Locked, ...] = ()
    settings: str | None = None


class Locks(Struct, frozen=True):
    """The sorted entries of both lock files. `development` includes all of `runtime`."""

    runtime: tuple[Locked, ...]
    development: tuple[Locked, ...]

    @property
    def both(self) -> tuple[Locked, ...]:
        """Each package once; `development` wins if the locks differ."""
        names = {entry.name for entry in self.development}
        return self.development + tuple(entry for entry in self.runtime if entry.name not in names)


def resolve(inputs: Inputs) -> Locks:
    """Resolve the dependencies and the group `dev` for all platforms, keeping locked versions if possible.

    Raises SpecError for a pyproject.toml that is not valid, ConflictError where no versions fit together or a
    package has none that could be locked, MachineError where uv or the network is missing.
    """
    project = read_manifest(inputs.pyproject)
    with _folder_with(inputs) as folder:
        group = ["--group", f"{MANIFEST}:{_GROUP}"] if _GROUP in project.get("dependency-groups", {}) else []
        folder.create(DEVELOPMENT, write_lock(inputs.locked).encode())
        development = _compiled(folder, project, DEVELOPMENT, *group)
        folder.create(_CONSTRAINTS, "".join(f"{entry.head}\n" for entry in development).encode())
        folder.create(RUNTIME, write_lock(development).encode())
        runtime = _compiled(folder, project, RUNTIME, "--constraints", _CONSTRAINTS)
    known = {(entry.key, entry.head): entry.hashes for entry in inputs.locked}
    return Locks(_with_hashes(runtime, known), _with_hashes(development, known))


def with_requirements(pyproject: str, requirements: Sequence[str], *, dev: bool) -> str:
    """The text of pyproject.toml with these requirements added to the dependencies, or to the group `dev`.

    Raises UsageError for a line that is no requirement, MachineError.
    """
    # uv requires a supported interpreter, though it runs nothing here.
    pythons = _PYTHONS.search(pyproject)
    with _folder_with(Inputs(_PYTHONS.sub(_ANY_PYTHON, pyproject, count=1))) as folder:
        command = [locate("uv"), *_ADD.split(), "--python", sys.executable, *(["--dev"] if dev else [])]
        # uv would write an index from a variable into the file.
        done = attempt([*command, "--", *requirements], folder.path, own_variables(without="UV_"))
        if done.returncode != 0:
            raise UsageError(Problem("bad-requirement", in_a_line(done.stderr), 'such as "httpx>=0.28,<1"'))
        written = folder.read(MANIFEST).decode()
    return _PYTHONS.sub(lambda _: pythons[0], written, count=1) if pythons else written


def read_manifest(text: str) -> dict[str, Any]:
    """The parsed pyproject.toml. Raises SpecError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        position = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(position[1]), int(position[2])) if position else (None, None)
        message = str(error).replace(position[0] if position else "", "")
        problem = Problem("bad-toml", f"{message[:1].lower()}{message[1:]}", None, MANIFEST, line, column)
        raise SpecError(problem) from None
    if not isinstance(document.get("project"), dict):
        hint = "restore the table from your last commit"
        raise SpecError(Problem("bad-toml", "there is no [project]", hint, MANIFEST))
    return document


@contextmanager
def _folder_with(inputs: Inputs) -> Iterator[Folder]:
    try:
        with scratch_folder() as scratch, open_folder(scratch) as folder:
            folder.create(MANIFEST, inputs.pyproject.encode())
            if inputs.settings is not None:
                folder.create("uv.toml", inputs.settings.encode())
            yield folder
    except OSError as error:
        message = f"no temporary files can be written: {error.strerror}"
        raise MachineError(Problem("no-scratch", message, "free some space, or set TMPDIR")) from error


def _compiled(folder: Folder, project: dict[str, Any], lock: str, *options: str) -> tuple[Locked, ...]:
    python = ["--python", sys.executable, "--python-version", _oldest_python(project)]
    command = [locate("uv"), *_COMPILE.split(), *python, *options, MANIFEST, "--output-file", lock]
    done = attempt(command, folder.path, own_variables())
    if done.returncode != 0:
        raise _refused(done)
    try:
        return read_lock(folder.read(lock).decode())
    except ValueError as error:
        message = f"a lock without addresses cannot hold {error}"
        hint = "depend on a version from an index"
        raise ConflictError(Problem("not-lockable", message, hint, MANIFEST)) from None


def _refused(done: subprocess.CompletedProcess[str]) -> ConflictError | MachineError:
    reason = _REASON.search(done.stderr)
    if done.returncode != _NO_SOLUTION or reason is None or "network was disabled" in done.stderr:
        message = f"cannot resolve the dependencies: {in_a_line(done.stderr)}"
        hint = "check your network connection" if _NETWORK.search(done.stderr) else None
        return MachineError(Problem("not-resolved", message, hint))
    if unknown := _UNKNOWN.search(done.stderr):
        message = f"no index has the package {unknown[1]}"
        return ConflictError(Problem("unknown-package", message, "check its name, or set UV_INDEX"))
    message = f"the requirements conflict: {shorten(reason[1], 400, placeholder=' ...')}"
    hint = f"try another version; the project's own are in {MANIFEST}"
    return ConflictError(Problem("no-solution", message, hint))


def _oldest_python(project: dict[str, Any]) -> str:
    """The lowest version allowed by `requires-python`."""
    match = re.search(r"(?:>=|~=|==)\s*(\d+\.\d+)", str(project["project"].get("requires-python", "")))
    return match[1] if match else _OLDEST_PYTHON


def _with_hashes(
    entries: Sequence[Locked], known: dict[tuple[tuple[str, str], str], frozenset[str]]
) -> tuple[Locked, ...]:
    """Keep known hashes: a mirror may have fewer files of a version than the original index."""
    return read_lock(
        write_lock(
            Locked(
                each.name,
                each.version,
                each.marker,
                each.head,
                each.hashes | known.get((each.key, each.head), frozenset()),
            )
            for each in entries
        )
    )
