"""Get the OpenAPI document from a project's application, without starting it or storing anything."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import DecodeError
from msgspec.json import decode

from blueprint.errors import MachineError, Problem, SystemFailed, UsageError
from blueprint.runtime.captured import SECONDS, captured
from blueprint.runtime.description import Description
from blueprint.runtime.dotenv import parse_dotenv, read_dotenv
from blueprint.runtime.environment import Progress, prepare_environment, process_variables
from blueprint.runtime.placeholders import fill, placeholders
from blueprint.scratch import scratch_folder

_FRAME = re.compile(r'^ *File "(?P<path>.+)", line (?P<line>\d+)', re.MULTILINE)


def application_document(project: Path, description: Description, progress: Progress) -> dict[str, object]:
    """Import the application in the project's environment, and return its document.

    It is given the secrets of the project, or new ones where it has none yet, and databases that do not
    exist: all that code may ask for while it is imported.

    Raises:
        UsageError: the project was written before its application could be asked.
        MachineError: the environment cannot be made.
        SystemFailed: the application cannot be imported.
    """
    if not description.openapi:
        hint = "update the project first: blueprint sync"
        raise UsageError(
            Problem("no-document", "its application does not support this command", hint, str(project))
        )
    python, pythonpath = sys.executable, None
    if description.environment:
        python = prepare_environment(project, description.environment, progress)
        pythonpath = project / description.environment.pythonpath
    variables = process_variables(pythonpath)
    command = [fill(part, {"python": python}) for part in description.openapi]
    with scratch_folder() as empty, progress("asking the application"):
        secrets = _secrets(project, description, python, variables)
        settings = {**_placeholders(description, str(empty)), **secrets, **variables}
        done = _run(command, project, settings)
    if done.returncode != 0:
        raise SystemFailed(_import_problem(project, done.stderr))
    try:
        return decode(done.stdout, type=dict[str, object])
    except DecodeError as error:
        message = f"the output of the application is not an OpenAPI document: {error}"
        hint = "check that imported code prints nothing"
        raise SystemFailed(Problem("no-document", message, hint, str(project))) from error


def _placeholders(description: Description, data: str) -> dict[str, str]:
    """Settings of the processes with an empty folder and unreachable addresses."""
    settings = dict(description.shared)
    for program in description.programs:
        settings |= program.env
    return {name: _filled(value, data) for name, value in settings.items()}


def _filled(value: str, data: str) -> str:
    parts = {"url": "http://127.0.0.1:1", "address": "127.0.0.1:1", "port": "1"}
    names = {name: parts.get(name.rpartition(".")[2], "0") for name in placeholders(value)}
    return fill(value, {**names, "data": data})


def _secrets(
    project: Path, description: Description, python: str, variables: Mapping[str, str]
) -> dict[str, str]:
    """The project's secrets; without a file, those the command would write into it."""
    if description.dotenv is None:
        return {}
    path = project / description.dotenv.path
    if path.is_file():
        return read_dotenv(path)
    done = _run([fill(part, {"python": python}) for part in description.dotenv.command], project, variables)
    return parse_dotenv(done.stdout)


def _run(
    command: Sequence[str], project: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    try:
        return captured(command, project, variables)
    except subprocess.TimeoutExpired as error:
        message = f"the application was not imported after {SECONDS} seconds"
        hint = "check that no module waits for something, such as a database"
        raise MachineError(Problem("no-document", message, hint, str(project))) from error


def _import_problem(project: Path, said: str) -> Problem:
    """The last line of a traceback, with its last location in the project."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it printed nothing"]
    frames = [match for match in _FRAME.finditer(said) if _is_own(project, Path(match["path"]))]
    message = f"the application cannot be imported: {lines[-1][:300]}"
    path, line = (frames[-1]["path"], int(frames[-1]["line"])) if frames else (str(project), None)
    return Problem("no-document", message, "fix it, then try again", path, line)


def _is_own(project: Path, path: Path) -> bool:
    return path.is_relative_to(project) and ".blueprint" not in path.parts
