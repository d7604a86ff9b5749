"""One process of the system, in a session of its own."""

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


class Process:
    """A started process with all its descendants."""

    def __init__(self, launch: Launch, logs: Logs, guard: Guard) -> None:
        """Start it.

        Raises:
            MachineError: its program cannot be started.
        """
        self.launch = launch
        self._guard = guard
        self._gone = False  # from then on its number may belong to others
        reading, writing = os.pipe()
        try:
            self._child = subprocess.Popen(
                launch.command,
                cwd=launch.directory,
                env=launch.env,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:  # a ValueError is a command with a null character
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
        return list(self._output.tail)

    def reap(self) -> None:
        """See whether it has ended. Call this on every SIGCHLD."""
        if self._child.poll() is not None:
            self._exited.set()

    @property
    def has_exited(self) -> bool:
        """True once it has ended; descendants may be left."""
        return self._exited.is_set()

    async def exited(self) -> None:
        """Wait until it has ended."""
        await self._exited.wait()

    def send(self, number: signal.Signals) -> None:
        """Signal it and all its descendants."""
        if not self._gone and watchdog.may_be(self.pid, self._started):
            groups.send(self.pid, number)

    def is_alive(self) -> bool:
        """True as long as it or a descendant lives."""
        return not self._gone and watchdog.may_be(self.pid, self._started) and groups.is_alive(self.pid)

    async def end(self) -> int:
        """Kill what is left of it, wait for that, and let go of its output; return its exit code."""
        self.send(signal.SIGKILL)
        await self.exited()
        self._gone = True
        self._output.close()
        self._guard.remove(self.pid)
        return self._child.returncode
