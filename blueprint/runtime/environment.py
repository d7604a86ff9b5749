"""The Python environment of a project, and the environment variables of its processes."""

from __future__ import annotations

import hashlib
import os
import re
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
"""The environment of a project. The developers' own `.venv` is never touched."""

_OF_DEVELOPERS = ".venv"
_STAMP = "blueprint-stamp"
_MAY_NOT_WRITE = re.compile(r"\(os error (?:1|2|13|20|30)\)")  # not permitted, not found, no access, ...
_UNFINISHED = "unfinished"


def prepare_environment(project: Path, wanted: Environment, progress: Progress) -> str:
    """Create the environment if it is missing, incomplete, broken or outdated; return its Python.

    Raises:
        MachineError: uv or the requirements are missing, the installation failed, or another tool
            created the folder.
        ConflictError: a link is in the way.
    """
    # Descriptions from earlier versions name the developers' own folder.
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
    """The environment of this process without variables of its own Python environment."""
    variables = own_variables(without="UV_")
    variables.pop("PORT", None)  # it says where the gateway listens
    if pythonpath is not None:
        variables["PYTHONPATH"] = str(pythonpath)
    elif "PYTHONPATH" in os.environ:
        variables["PYTHONPATH"] = os.environ["PYTHONPATH"]
    variables["PYTHONUNBUFFERED"] = "1"
    variables.setdefault("PYTHONFAULTHANDLER", "1")  # print a traceback on a crash
    return variables


def _stamp_of(folder: Path) -> str | None:
    """The stamp written when the environment was created; None if another tool created it."""
    try:
        return (folder / _STAMP).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def _stamp(source: str, folder: Path) -> str:
    """A stamp of the source of the environment and its packages."""
    return f"{source} {packages_digest(folder)}"


def _claim(root: Folder, path: str) -> None:
    """Create an empty folder marked as the tool's, even if the following steps fail."""
    folder = root.path / path
    status = root.status(path)
    if status and stat.S_ISLNK(status.st_mode):
        root.remove_file(path)
    elif status:
        if _stamp_of(folder) is None and root.names(path):
            message = f"{folder} already exists and was not created by blueprint, so it is left unchanged"
            raise MachineError(Problem("not-an-environment", message, "move it away"))
        root.remove_tree(path)
    with root.made(path) as made:
        made.create(_STAMP, _UNFINISHED.encode())


def _build(project: Path, folder: Path, requirements: Path) -> None:
    uv = locate("uv")
    variables = own_variables()
    create = [uv, "venv", "--quiet", "--allow-existing", "--no-project", "--no-python-downloads"]
    _run([*create, "--python", sys.executable, str(folder)], project, variables)
    # Compile once, which takes a second, instead of in each starting process.
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
    sync += ["--python", str(folder), str(requirements)]
    # Use the cache without network access: checking every package for updates takes seconds.
    if attempt([*sync, "--offline"], project, variables).returncode != 0:
        _run(sync, project, variables)
    if not is_complete(folder):
        # Do not link files from the cache: an edit in one environment would affect later ones.
        _run([*sync, "--no-cache", "--reinstall"], project, variables)


def _run(command: Sequence[str], project: Path, variables: Mapping[str, str]) -> None:
    done = attempt(command, project, variables)
    if done.returncode != 0:
        message = f"cannot install the packages: {in_a_line(done.stderr)}"
        raise MachineError(Problem("install-failed", message, _way_out(done.stderr)))


def _way_out(stderr: str) -> str:
    """The cache is in the user's home directory, which may not be writable."""
    if _MAY_NOT_WRITE.search(stderr):
        return "set UV_CACHE_DIR to a folder you can write to"
    return "check your network connection"
