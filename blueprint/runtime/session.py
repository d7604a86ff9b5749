"""`blueprint run`: from the description to the end of the last process."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from blueprint.errors import MachineError, Problem, UsageError
from blueprint.runtime.description import Description
from blueprint.runtime.dotenv import make_dotenv, read_dotenv
from blueprint.runtime.environment import Progress, prepare_environment, process_variables
from blueprint.runtime.guard import guarded
from blueprint.runtime.instances import names_of
from blueprint.runtime.interruption import restored_handlers
from blueprint.runtime.launches import Wiring, wire
from blueprint.runtime.lifecycle import Lifecycle, Running
from blueprint.runtime.logs import Logs
from blueprint.runtime.placeholders import fill


class Audience(Struct, frozen=True):
    """Whom a run tells: `open_logs` gets the names of the processes, `on_ready` is called once."""

    progress: Progress
    open_logs: Callable[[Sequence[str]], Logs]
    on_ready: Callable[[Running], None]


def run_project(
    project: Path, description: Description, audience: Audience, instances: Mapping[str, int], *, smoke: bool
) -> None:
    """Run the system until someone stops it or, with `smoke`, until its smoke test has passed.

    `instances` are the programs of which there is more than one process.

    Raises:
        Interrupted: stopped by a signal; all processes are gone.
        SystemFailed: it did not start (then a StartFailed), or its smoke test failed.
        MachineError: something is missing, or the project is already running.
        UsageError: a smoke test is wanted and there is none.
    """
    if smoke and description.smoke is None:
        raise UsageError(Problem("no-smoke-test", "this project has no smoke test", "run it without --smoke"))
    with guarded(project / description.data / "run") as guard:
        try:
            new_wiring = _prepare(project, description, audience.progress, instances)
        except OSError as error:
            message = f"cannot prepare the project: {error.strerror} ({error.filename})"
            raise MachineError(Problem("cannot-prepare", message)) from error
        programs = [program.name for program in description.programs]
        logs = audience.open_logs([name for program in programs for name in names_of(program, instances)])
        lifecycle = Lifecycle(description.name, logs, guard, audience.on_ready)
        try:
            with restored_handlers():
                asyncio.run(lifecycle.run(new_wiring, smoke=smoke))
        finally:
            logs.close()


def _prepare(
    project: Path, description: Description, progress: Progress, instances: Mapping[str, int]
) -> Callable[[], Wiring]:
    python, pythonpath = sys.executable, None
    if description.environment:
        python = prepare_environment(project, description.environment, progress)
        pythonpath = project / description.environment.pythonpath
    variables = process_variables(pythonpath)
    if description.dotenv:
        path = project / description.dotenv.path
        if not path.exists():
            command = [fill(part, {"python": python}) for part in description.dotenv.command]
            make_dotenv(path, command, project, variables)
        variables = read_dotenv(path) | variables
    return lambda: wire(description, project, python, variables, instances)
