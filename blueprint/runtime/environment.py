"""The Python environment of a project, and the variables its processes start with."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from blueprint.errors import MachineError, Problem
from blueprint.runtime.description import Environment
from blueprint.runtime.tools import locate

Progress = Callable[[str], AbstractContextManager[None]]

_STAMP = "blueprint-stamp"
_FOREIGN = ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")


def prepare_environment(project: Path, wanted: Environment, progress: Progress) -> str:
    """Make the environment if it is missing, unfinished or out of date; return the path of its Python.

    Raises:
        MachineError: uv or the requirements are missing, or the installation failed.
    """
    folder = project / wanted.path
    python = folder / "bin" / "python"
    stamp = folder / _STAMP
    try:
        requirements = (project / wanted.requirements).read_bytes()
    except OSError as error:
        problem = Problem("no-requirements", f"cannot read {wanted.requirements}: {error.strerror}")
        raise MachineError(problem) from error
    expected = hashlib.sha256(requirements + sys.version.encode() + sys.base_prefix.encode()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text() == expected:
        return str(python)
    _refuse_a_foreign_folder(folder)
    with progress("preparing the Python environment"):
        _build(project, folder, project / wanted.requirements)
        stamp.write_text(expected)
    return str(python)


def process_variables(pythonpath: Path | None) -> dict[str, str]:
    """The variables of this process without what belongs to its own Python environment."""
    variables = {
        key: value for key, value in os.environ.items() if key not in _FOREIGN and not key.startswith("UV_")
    }
    if pythonpath is not None:
        variables["PYTHONPATH"] = str(pythonpath)
    elif "PYTHONPATH" in os.environ:
        variables["PYTHONPATH"] = os.environ["PYTHONPATH"]
    variables["PYTHONUNBUFFERED"] = "1"
    return variables


def _refuse_a_foreign_folder(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists():
        raise MachineError(
            Problem(
                "not-an-environment", f"{folder} is in the way: it is no Python environment", "move it away"
            )
        )


def _build(project: Path, folder: Path, requirements: Path) -> None:
    uv = locate("uv")
    variables = {key: value for key, value in os.environ.items() if key not in _FOREIGN}
    create = [uv, "venv", "--quiet", "--clear", "--no-project", "--no-python-downloads"]
    _run([*create, "--python", sys.executable, str(folder)], project, variables)
    # Compiling takes a second; each of the processes that start at once would take it otherwise.
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
    sync += ["--python", str(folder), str(requirements)]
    # What the cache has needs no network, and asking for news of every package takes seconds.
    if _attempt([*sync, "--offline"], project, variables).returncode != 0:
        _run(sync, project, variables)


def _run(command: Sequence[str], project: Path, variables: Mapping[str, str]) -> None:
    done = _attempt(command, project, variables)
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["uv failed"]
        raise MachineError(
            Problem(
                "install-failed",
                f"cannot install the packages: {' '.join(lines)[:500]}",
                "is the network there?",
            )
        )


def _attempt(
    command: Sequence[str], project: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=project,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
