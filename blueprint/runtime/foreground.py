"""One process in the foreground of the terminal: it reads from there, so that `breakpoint()` works."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from blueprint.errors import MachineError, Problem
from blueprint.runtime.description import Description
from blueprint.runtime.environment import Progress
from blueprint.runtime.guard import guarded
from blueprint.runtime.launches import Launch, Starting, wire
from blueprint.runtime.privacy import make_private, refuse_links
from blueprint.runtime.session import prepared


def run_in_foreground(
    project: Path,
    description: Description,
    starting: Starting,
    progress: Progress,
    on_started: Callable[[Launch], None],
) -> int:
    """Run the one program of `starting` to its end; return its exit code, 128 + n where signal n ended it.

    Raises:
        MachineError: something is missing, or the process is already running.
        ConflictError: a link is where the project stores its data.
    """
    refuse_links(project, description.data)
    with guarded(project, f"{description.data}/run", sorted(starting.programs)):
        python, variables = prepared(project, description, progress)
        launch = wire(description, project, python, variables, {}, starting).entry
        make_private(project, description.data)
        try:
            child = subprocess.Popen(launch.command, cwd=launch.directory, env=launch.env)
        except OSError as error:
            message = f"cannot start {launch.name}: {error.strerror} ({launch.command[0]})"
            raise MachineError(Problem("cannot-start", message)) from error
        with _signals_of(child):
            on_started(launch)
            code = child.wait()
        return code if code >= 0 else 128 - code


@contextmanager
def _signals_of(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """The child ends the run. Ctrl-C reaches it from the terminal, other stop signals are passed on."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, pass_on),
        signal.SIGHUP: signal.signal(signal.SIGHUP, pass_on),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
