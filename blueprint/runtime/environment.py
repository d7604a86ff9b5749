"""The Python environment of a project, and the variables its processes start with."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from blueprint.disk.folder import Folder, open_folder
from blueprint.errors import MachineError, Problem
from blueprint.runtime.description import Environment
from blueprint.runtime.packages import is_complete, packages_digest
from blueprint.runtime.tools import locate
from blueprint.runtime.uv import attempt, in_a_line, own_variables

Progress = Callable[[str], AbstractContextManager[None]]

OWN = ".blueprint/venv"
"""Where the environment of a project is: developers make theirs in `.venv`, and that one is never touched."""

_OF_DEVELOPERS = ".venv"
_STAMP = "blueprint-stamp"
_UNFINISHED = "unfinished"


def prepare_environment(project: Path, wanted: Environment, progress: Progress) -> str:
    """Make the environment if it is missing, unfinished, broken or out of date; return its Python's path.

    Raises:
        MachineError: uv or the requirements are missing, the installation failed, or what is in its place was
            made by somebody else.
        ConflictError: a link is in the way.
    """
    # Descriptions that earlier versions wrote name the folder in which developers make theirs.
    path = OWN if wanted.path == _OF_DEVELOPERS else wanted.path
    folder = project / path
    python = folder / "bin" / "python"
    try:
        requirements = (project / wanted.requirements).read_bytes()
    except OSError as error:
        problem = Problem("no-requirements", f"cannot read {wanted.requirements}: {error.strerror}")
        raise MachineError(problem) from error
    source = hashlib.sha256(requirements + sys.version.encode() + sys.base_prefix.encode()).hexdigest()
    if os.access(python, os.X_OK) and _stamp_of(folder) == _stamp(source, folder) and is_complete(folder):
        return str(python)
    with progress("preparing the Python environment"), open_folder(project) as root:
        _claim(root, path)
        _build(project, folder, project / wanted.requirements)
        root.replace(f"{path}/{_STAMP}", _stamp(source, folder).encode())
    return str(python)


def process_variables(pythonpath: Path | None) -> dict[str, str]:
    """The variables of this process without what belongs to its own Python environment."""
    variables = own_variables(without="UV_")
    if pythonpath is not None:
        variables["PYTHONPATH"] = str(pythonpath)
    elif "PYTHONPATH" in os.environ:
        variables["PYTHONPATH"] = os.environ["PYTHONPATH"]
    variables["PYTHONUNBUFFERED"] = "1"
    variables.setdefault("PYTHONFAULTHANDLER", "1")  # where a process is killed by a fault of its own
    return variables


def _stamp_of(folder: Path) -> str | None:
    """What was written into the environment when it was made; None for one that somebody else has made."""
    try:
        return (folder / _STAMP).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def _stamp(source: str, folder: Path) -> str:
    """What the environment was made from, and which packages are in it."""
    return f"{source} {packages_digest(folder)}"


def _claim(root: Folder, path: str) -> None:
    """An empty folder that is known as the tool's from the beginning, however the rest ends."""
    folder = root.path / path
    status = root.status(path)
    if status and stat.S_ISLNK(status.st_mode):
        root.remove_file(path)
    elif status:
        if _stamp_of(folder) is None and root.names(path):
            message = f"{folder} is in the way: blueprint did not make it, and leaves it as it is"
            raise MachineError(Problem("not-an-environment", message, "move it away"))
        root.remove_tree(path)
    with root.made(path) as made:
        made.create(_STAMP, _UNFINISHED.encode())


def _build(project: Path, folder: Path, requirements: Path) -> None:
    uv = locate("uv")
    variables = own_variables()
    create = [uv, "venv", "--quiet", "--allow-existing", "--no-project", "--no-python-downloads"]
    _run([*create, "--python", sys.executable, str(folder)], project, variables)
    # Compiling takes a second; each of the processes that start at once would take it otherwise.
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
    sync += ["--python", str(folder), str(requirements)]
    # What the cache has needs no network, and asking for news of every package takes seconds.
    if attempt([*sync, "--offline"], project, variables).returncode != 0:
        _run(sync, project, variables)
    if not is_complete(folder):
        # Files are shared with the cache: what was edited in one environment is so in all that come after it.
        _run([*sync, "--no-cache", "--reinstall"], project, variables)


def _run(command: Sequence[str], project: Path, variables: Mapping[str, str]) -> None:
    done = attempt(command, project, variables)
    if done.returncode != 0:
        raise MachineError(
            Problem(
                "install-failed",
                f"cannot install the packages: {in_a_line(done.stderr)}",
                "is the network there?",
            )
        )
