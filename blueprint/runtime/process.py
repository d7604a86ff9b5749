"""A process of the system, in its own session."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess

from blueprint.errors import MachineError, Problem
from blueprint.runtime import groups, watchdog
from blueprint.runtime.guard import Guard
from blueprint.runtime.launches import Launch
from blueprint.runtime.logs import Logs
from blueprint.runtime.output import Output
from blueprint.runtime.placeholders import fill


class Process:
    """A started process and its descendants."""

    def __init__(self, launch: Launch, logs: Logs, guard: Guard, inherited: int | None = None) -> None:
        """Start it. `inherited` is the descriptor of the listening socket that it gets.

        Raises:
            MachineError: its program cannot be started.
        """
        self.launch = launch
        self._guard = guard
        self._gone = False  # afterwards its number may be reused
        reading, writing = os.pipe()
        try:
            self._child = subprocess.Popen(
                _command(launch, inherited),
                cwd=launch.directory,
                env=launch.env,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=() if inherited is None else (inherited,),
            )
        except (OSError, ValueError) as error:  # ValueError: the command contains a null character
            os.close(reading)
            reason = getattr(error, "strerror", None) or error
            message = f"cannot start {launch.name}: {reason} ({launch.command[0]})"
            raise MachineError(Problem("cannot-start", message)) from error
        finally:
            os.close(writing)
        self.pid = self._child.pid
        self._started = watchdog.start_time(self.pid)
        guard.add(self.pid)
        self._exited = asyncio.Event()
        self._output = Output(launch.name, reading, logs)

    @property
    def tail(self) -> list[str]:
        """Its last lines."""
        return self._output.tail

    @property
    def recent(self) -> list[str]:
        """More of its last lines, enough for a traceback."""
        return list(self._output.recent)

    def reap(self) -> None:
        """Check whether it has exited. Call this on every SIGCHLD."""
        if self._child.poll() is not None:
            self._exited.set()

    @property
    def has_exited(self) -> bool:
        """Whether it has exited; descendants may still run."""
        return self._exited.is_set()

    async def exited(self) -> None:
        """Wait until it has exited."""
        await self._exited.wait()

    def send(self, number: signal.Signals) -> None:
        """Signal it and all its descendants."""
        if not self._gone and watchdog.may_be(self.pid, self._started):
            groups.send(self.pid, number)

    def is_alive(self) -> bool:
        """Whether it or a descendant is running."""
        return not self._gone and watchdog.may_be(self.pid, self._started) and groups.is_alive(self.pid)

    async def end(self) -> int:
        """Kill remaining processes, wait for them, and close the output; return the exit code."""
        self.send(signal.SIGKILL)
        await self.exited()
        self._gone = True
        self._output.close()
        self._guard.remove(self.pid)
        return self._child.returncode


def _command(launch: Launch, inherited: int | None) -> tuple[str, ...]:
    if inherited is None:
        return launch.command
    return (*launch.command, *(fill(word, {"fd": str(inherited)}) for word in launch.arguments))
