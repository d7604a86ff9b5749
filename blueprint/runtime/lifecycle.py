"""One system from its first process to its last, ended by a signal, a failure or its smoke test."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import TypeVar

from msgspec import Struct

from blueprint.errors import Interrupted
from blueprint.runtime.ends import refuse_failed_smoke
from blueprint.runtime.guard import Guard
from blueprint.runtime.interruption import stop_signals
from blueprint.runtime.launches import Wiring
from blueprint.runtime.logs import Logs
from blueprint.runtime.supervisor import StartFailed, Supervisor

T = TypeVar("T")

_STARTS = 3  # with new ports each time


class Service(Struct, frozen=True):
    """One running process; `url` is without a path."""

    name: str
    url: str
    pid: int


class Running(Struct, frozen=True):
    """A system that is ready: its base URL and its processes."""

    name: str
    url: str
    services: tuple[Service, ...]


class Lifecycle:
    """Starts a system, says when it is ready, and stops it."""

    def __init__(self, name: str, logs: Logs, guard: Guard, on_ready: Callable[[Running], None]) -> None:
        self._name = name
        self._logs = logs
        self._guard = guard
        self._on_ready = on_ready

    async def run(self, new_wiring: Callable[[], Wiring], *, smoke: bool) -> None:
        """Return when the smoke test has passed; without one, run until Interrupted.

        A start that found a port taken is tried again with the ports of a new wiring.
        """
        stop = _Stop()
        for starts_left in reversed(range(_STARTS)):
            try:
                await self._run_once(new_wiring(), stop, smoke=smoke)
            except StartFailed as failure:
                if not (failure.port_was_taken and starts_left):
                    raise
                process = failure.ends[0].process
                self._logs.note(f"the port of {process} was taken in the meantime, starting again")
            else:
                return

    async def _run_once(self, wiring: Wiring, stop: _Stop, *, smoke: bool) -> None:
        supervisor = Supervisor(wiring.launches, self._logs, self._guard)
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._reap, supervisor)
        self._reap(supervisor)  # what has ended before that
        self._logs.note(f"starting {', '.join(launch.name for launch in wiring.launches)}")
        try:
            await stop.unless(supervisor.start())
            self._on_ready(self._running(wiring, supervisor))
            if smoke and wiring.smoke:
                self._logs.note("all are ready, running the smoke test")
                end = await stop.unless(supervisor.run(wiring.smoke))
                refuse_failed_smoke(end, supervisor.ends)
            else:
                self._logs.note("all are ready, Ctrl-C stops them")
                await stop.unless(asyncio.Event().wait())
        finally:
            self._logs.note("stopping")
            await supervisor.stop(wiring.entry.name, stop.again)
            self._logs.note("all have stopped")

    def _reap(self, supervisor: Supervisor) -> None:
        supervisor.reap()
        if self._guard.reap():
            self._logs.note("the watchdog ended, starting it again")

    def _running(self, wiring: Wiring, supervisor: Supervisor) -> Running:
        services = (Service(each.name, each.url, supervisor.pid(each.name)) for each in wiring.launches)
        return Running(self._name, wiring.entry.url, tuple(services))


class _Stop:
    """The request to stop: a first signal, and a second one from somebody in a hurry."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.again = asyncio.Event()
        self._first: asyncio.Future[int] = loop.create_future()
        for number in stop_signals():
            loop.add_signal_handler(number, self._signalled, number)

    def _signalled(self, signum: int) -> None:
        if self._first.done():
            self.again.set()
        else:
            self._first.set_result(signum)

    async def unless(self, work: Coroutine[object, object, T]) -> T:
        """The result of the work, or Interrupted as soon as a signal comes."""
        task = asyncio.create_task(work)
        await asyncio.wait((task, self._first), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.wait([task])
        raise Interrupted(self._first.result())
