"""`blueprint run`: from the description to the end of the last process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from blueprint.errors import MachineError, Problem, UsageError
from blueprint.runtime.description import Description, Dotenv
from blueprint.runtime.dotenv import complete_dotenv, make_dotenv, read_dotenv
from blueprint.runtime.environment import Progress, prepare_environment, process_variables
from blueprint.runtime.guard import guarded
from blueprint.runtime.instances import names_of
from blueprint.runtime.interruption import restored_handlers
from blueprint.runtime.launches import wire
from blueprint.runtime.lifecycle import Lifecycle, Running
from blueprint.runtime.logs import Logs
from blueprint.runtime.placeholders import fill
from blueprint.runtime.privacy import make_private, refuse_links
from blueprint.runtime.stored import files_of, given_variables, stored_data


def _do_nothing() -> None:
    """Nobody needs to know."""


class Audience(Struct, frozen=True):
    """Whom a run tells: `open_logs` gets the names of the processes, `on_ready` is called once.

    `on_prepared` is called when the environment is there, before the first process starts.
    """

    progress: Progress
    open_logs: Callable[[Sequence[str]], Logs]
    on_ready: Callable[[Running], None]
    on_prepared: Callable[[], None] = _do_nothing


def run_project(
    project: Path, description: Description, audience: Audience, instances: Mapping[str, int], *, smoke: bool
) -> None:
    """Run the system until someone stops it or, with `smoke`, until its smoke test has passed.

    `instances` are the programs of which there is more than one process.

    Raises:
        Interrupted: stopped by a signal; all processes are gone.
        SystemFailed: it did not start, or not well, or its smoke test failed (then a ProcessFailed).
        MachineError: something is missing, or the project is already running.
        UsageError: a smoke test is wanted and there is none.
        ConflictError: a link is where the project stores its data.
    """
    if smoke and description.smoke is None:
        raise UsageError(Problem("no-smoke-test", "this project has no smoke test", "run it without --smoke"))
    refuse_links(project, description.data)
    with guarded(project, f"{description.data}/run") as guard:
        try:
            python, variables = prepared(project, description, audience.progress)
        except OSError as error:
            message = f"cannot prepare the project: {error.strerror} ({error.filename})"
            raise MachineError(Problem("cannot-prepare", message)) from error
        audience.on_prepared()
        new_wiring = partial(wire, description, project, python, variables, instances)
        programs = [program.name for program in description.programs]
        logs = audience.open_logs([name for program in programs for name in names_of(program, instances)])
        _note_unused(project, description, logs)
        for path in make_private(project, description.data):
            logs.note(f"others on this machine may read {path}")
        lifecycle = Lifecycle(description.name, logs, guard, audience.on_ready)
        try:
            with restored_handlers():
                asyncio.run(lifecycle.run(new_wiring, smoke=smoke))
        finally:
            logs.close()


def prepared(project: Path, description: Description, progress: Progress) -> tuple[str, dict[str, str]]:
    """The Python of the project's environment, and what its processes are given.

    Raises MachineError, OSError.
    """
    python, pythonpath = sys.executable, None
    if description.environment:
        python = prepare_environment(project, description.environment, progress)
        pythonpath = project / description.environment.pythonpath
    variables = process_variables(pythonpath)
    if description.dotenv:
        variables = _with_dotenv(project, description.dotenv, python, variables)
    return python, variables


def _with_dotenv(project: Path, dotenv: Dotenv, python: str, variables: Mapping[str, str]) -> dict[str, str]:
    """The variables, and those of the file of secrets, which is made or completed where it has to be."""
    path = project / dotenv.path
    command = [fill(part, {"python": python}) for part in dotenv.command]
    if not path.exists():
        make_dotenv(path, command, project, variables)
    known = {**read_dotenv(path), **variables}
    if missing := [name for name in dotenv.names if name not in known]:
        complete_dotenv(path, command, project, variables, missing)
        known = {**read_dotenv(path), **variables}
    return known


def _note_unused(project: Path, description: Description, logs: Logs) -> None:
    """Say what lies there where all processes begin with nothing: another branch may have stored it."""
    variables = given_variables(project, description, os.environ)
    files = stored_data(project, description, variables).files
    used = files_of(description, variables)
    if files and used and not any((project / file).exists() for file in used):
        logs.note(f"the system starts empty: no process uses {', '.join(files)}")
