"""Run a system until a signal, a failure, or the end of its smoke test."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TypeVar

from msgspec import Struct

from blueprint.errors import Interrupted, MachineError, Problem
from blueprint.runtime.ends import refuse_failed_smoke
from blueprint.runtime.guard import Guard
from blueprint.runtime.interruption import stop_signals
from blueprint.runtime.launches import Launch, Wiring
from blueprint.runtime.listening import Listener
from blueprint.runtime.logs import Logs
from blueprint.runtime.reloading import Reloader, Watched
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
    """Starts a system, reports when it is ready, and stops it."""

    def __init__(
        self,
        name: str,
        logs: Logs,
        guard: Guard,
        on_ready: Callable[[Running], None],
        outputs: Sequence[int] = (),
        watched: Watched | None = None,
    ) -> None:
        self._name = name
        self._outputs = outputs
        self._watched = watched
        self._logs = logs
        self._guard = guard
        self._on_ready = on_ready

    async def run(self, new_wiring: Callable[[], Wiring], *, smoke: bool) -> None:
        """Return when the smoke test has passed; without one, run until Interrupted.

        A start that found a port taken is tried again with the ports of a new wiring.
        """
        stop = _Stop(self._outputs)
        for starts_left in reversed(range(_STARTS)):
            try:
                await self._run_once(new_wiring(), stop, smoke=smoke)
            except StartFailed as failure:
                if not (failure.port_was_taken and starts_left):
                    raise
                process = failure.ends[0].process
                self._logs.note(f"the port of {process} was taken in the meantime, restarting")
            else:
                return

    async def _run_once(self, wiring: Wiring, stop: _Stop, *, smoke: bool) -> None:
        sockets = _listen(wiring.launches) if self._watched else {}
        supervisor = Supervisor(wiring.launches, self._logs, self._guard, sockets)
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self._reap, supervisor)
        self._reap(supervisor)  # processes that exited earlier
        self._logs.note(f"starting {', '.join(launch.name for launch in wiring.launches)}")
        reloader = None
        try:
            if self._watched:
                reloader = Reloader(self._watched, wiring.launches, supervisor, self._logs)
            await stop.unless(supervisor.start())
            self._on_ready(self._running(wiring, supervisor))
            if smoke and wiring.smoke:
                self._logs.note("all processes are ready, running the smoke test")
                end = await stop.unless(supervisor.run(wiring.smoke))
                refuse_failed_smoke(end, supervisor.ends)
            else:
                watching = "saved files restart their processes, " if reloader else ""
                self._logs.note(f"all processes are ready, {watching}press Ctrl-C to stop")
                await stop.unless(asyncio.Event().wait())
        finally:
            self._logs.note("stopping")
            if reloader:
                await reloader.close()
            await supervisor.stop(wiring.entry.name, stop.again)
            self._logs.note("all processes have stopped")

    def _reap(self, supervisor: Supervisor) -> None:
        supervisor.reap()
        if self._guard.reap():
            self._logs.note("the watchdog exited, restarting it")

    def _running(self, wiring: Wiring, supervisor: Supervisor) -> Running:
        services = (Service(each.name, each.url, supervisor.pid(each.name)) for each in wiring.launches)
        return Running(self._name, wiring.entry.url, tuple(services))


def _is_pipe(descriptor: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _listen(launches: Iterable[Launch]) -> dict[str, Listener]:
    """The sockets of the processes that can inherit theirs. Raises MachineError where a port is taken."""
    sockets: dict[str, Listener] = {}
    for launch in launches:
        if not launch.arguments:
            continue
        try:
            sockets[launch.name] = Listener(launch.port, launch.ready)
        except OSError as error:
            message = f"port {launch.port} of {launch.name} cannot be used: {error.strerror}"
            problem = Problem("port-taken", message, "try again, or choose another one: --port")
            raise MachineError(problem) from error
    return sockets


class _Stop:
    """The request to stop: a first signal, and a second one to hurry.

    If the reader of the output goes away, this counts as SIGPIPE.
    """

    def __init__(self, outputs: Iterable[int]) -> None:
        loop = asyncio.get_running_loop()
        self.again = asyncio.Event()
        self._first: asyncio.Future[int] = loop.create_future()
        for number in stop_signals():
            loop.add_signal_handler(number, self._signalled, number)
        for output in outputs:
            if _is_pipe(output):  # its end counts as readable
                loop.add_reader(output, self._hung_up, output)

    def _hung_up(self, output: int) -> None:
        asyncio.get_running_loop().remove_reader(output)
        if not self._first.done():
            self._first.set_result(signal.SIGPIPE)

    def _signalled(self, signum: int) -> None:
        if self._first.done():
            self.again.set()
        else:
            self._first.set_result(signum)

    async def unless(self, work: Coroutine[object, object, T]) -> T:
        """The result of the work, or Interrupted as soon as a signal arrives."""
        task = asyncio.create_task(work)
        await asyncio.wait((task, self._first), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.wait([task])
        raise Interrupted(self._first.result())
