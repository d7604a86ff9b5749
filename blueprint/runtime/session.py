"""The core of `blueprint run`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from blueprint.errors import MachineError, Problem, UsageError
from blueprint.runtime.addresses import addresses_noted, note_addresses
from blueprint.runtime.description import FILE, Description, Dotenv
from blueprint.runtime.dotenv import complete_dotenv, make_dotenv, read_dotenv
from blueprint.runtime.environment import Progress, prepare_environment, process_variables
from blueprint.runtime.guard import guarded
from blueprint.runtime.instances import names_of
from blueprint.runtime.interruption import restored_handlers
from blueprint.runtime.launches import ALL, Starting, wire
from blueprint.runtime.lifecycle import Lifecycle, Running
from blueprint.runtime.logs import Logs
from blueprint.runtime.placeholders import fill
from blueprint.runtime.privacy import make_private, refuse_links
from blueprint.runtime.reloading import Watched
from blueprint.runtime.stored import files_of, given_variables, stored_data


def _do_nothing() -> None:
    """The default callback."""


class Audience(Struct, frozen=True):
    """Whom a run tells: `open_logs` gets the names of the processes, `on_ready` is called once.

    `on_prepared` is called when the environment is there, before the first process starts. `outputs` are the
    descriptors to which the run writes: where one is a pipe, and its reader goes away, the run ends.
    `variables` are given to every process.
    """

    progress: Progress
    open_logs: Callable[[Sequence[str]], Logs]
    on_ready: Callable[[Running], None]
    on_prepared: Callable[[], None] = _do_nothing
    outputs: tuple[int, ...] = ()
    variables: Mapping[str, str] = {}


def run_project(
    project: Path,
    description: Description,
    audience: Audience,
    instances: Mapping[str, int],
    starting: Starting = ALL,
    *,
    smoke: bool,
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
    with guarded(project, f"{description.data}/run", sorted(starting.programs)) as guard:
        try:
            python, variables = prepared(project, description, audience.progress)
            variables |= audience.variables
        except OSError as error:
            message = f"cannot prepare the project: {error.strerror} ({error.filename})"
            raise MachineError(Problem("cannot-prepare", message)) from error
        audience.on_prepared()
        new_wiring = partial(wire, description, project, python, variables, instances, starting)
        programs = [
            program.name
            for program in description.programs
            if not starting.programs or program.name in starting.programs
        ]
        logs = audience.open_logs([name for program in programs for name in names_of(program, instances)])
        _note_unused(project, description, logs)
        for path in make_private(project, description.data):
            logs.note(f"other users of this machine can read {path}")

        def ready(running: Running) -> None:
            note_addresses(project, description, running)
            audience.on_ready(running)

        watched = _watched(project, description) if starting.watched else None
        lifecycle = Lifecycle(description.name, logs, guard, ready, audience.outputs, watched)
        try:
            with restored_handlers(), addresses_noted(project, description):
                asyncio.run(lifecycle.run(new_wiring, smoke=smoke))
        finally:
            logs.close()


def _watched(project: Path, description: Description) -> Watched:
    """The modules, and files that only a new start reads."""
    environment, dotenv = description.environment, description.dotenv
    source = project / environment.pythonpath if environment else None
    settings = {project / FILE}
    settings |= {project / environment.requirements} if environment else set()
    settings |= {project / dotenv.path} if dotenv else set()
    return Watched(project, source, frozenset(settings))


def prepared(project: Path, description: Description, progress: Progress) -> tuple[str, dict[str, str]]:
    """The Python of the project's environment, and the environment variables of its processes.

    Raises MachineError, OSError.
    """
    python, pythonpath = sys.executable, None
    if description.environment:
        python = prepare_environment(project, description.environment, progress)
        pythonpath = project / description.environment.pythonpath
    variables = process_variables(pythonpath)
    # Bytecode is valid for the second and size of its source: a second save within a second would be missed.
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    if description.dotenv:
        variables = _with_dotenv(project, description.dotenv, python, variables)
    return python, variables


def _with_dotenv(project: Path, dotenv: Dotenv, python: str, variables: Mapping[str, str]) -> dict[str, str]:
    """The variables with those of the file of secrets, which is created or completed if necessary."""
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
    """Report data that no process uses, if all of them start empty: another branch may have stored it."""
    variables = given_variables(project, description, os.environ)
    files = stored_data(project, description, variables).files
    used = files_of(description, variables)
    if files and used and not any((project / file).exists() for file in used):
        logs.note(f"the system starts empty: no process uses {', '.join(files)}")
