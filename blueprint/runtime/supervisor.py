"""Starts the processes of a system together, keeps them alive, stops them together."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable, Sequence

from blueprint.errors import MachineError, Problem
from blueprint.runtime.ends import End, ProcessFailed
from blueprint.runtime.guard import Guard
from blueprint.runtime.launches import Launch
from blueprint.runtime.logs import Logs
from blueprint.runtime.process import Process
from blueprint.runtime.readiness import is_ready

READY_SECONDS = 60.0
GRACE_SECONDS = 10.0  # between SIGTERM and SIGKILL
ENTRY_GRACE_SECONDS = 5.0  # what the entry gets of it before the processes behind it are told to stop

_POLL_SECONDS = 0.03
_LOOK_SECONDS = 0.01  # one that is killed as soon as it is ready shall be known to have been
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # before a process is started again that was not ready
_PORT_TAKEN = "address already in use"


class StartFailed(ProcessFailed):
    """A process ended or was silent during start-up."""

    @property
    def port_was_taken(self) -> bool:
        """True if somebody else took the port after it was chosen: another one may do."""
        first = self.ends[0]
        return first.exit_code is not None and any(_PORT_TAKEN in line.lower() for line in first.last_lines)


class Supervisor:
    """All processes of one start, by name."""

    def __init__(self, launches: Iterable[Launch], logs: Logs, guard: Guard) -> None:
        self._launches = tuple(launches)
        self._logs = logs
        self._guard = guard
        self._processes: dict[str, Process] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._ends: list[End] = []

    @property
    def ends(self) -> tuple[End, ...]:
        """How processes ended that had been ready, the first one first."""
        return tuple(self._ends)

    def reap(self) -> None:
        """Notice the processes that have ended. Call this on every SIGCHLD."""
        for process in self._processes.values():
            process.reap()

    def pid(self, name: str) -> int:
        """The process id under this name now."""
        return self._processes[name].pid

    async def start(self) -> None:
        """Start all at once; return when all are ready.

        Raises:
            StartFailed: one ended or was not ready in time.
            MachineError: a program cannot be started.
        """
        for launch in self._launches:
            self._start(launch)
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        waiting = [
            asyncio.create_task(self._come_up(process, deadline)) for process in self._processes.values()
        ]
        try:
            await asyncio.gather(*waiting)
        finally:
            for task in waiting:
                task.cancel()

    async def run(self, launch: Launch) -> End:
        """Run one more process to its end."""
        process = self._start(launch)
        await process.exited()
        return await _end_of(process)

    async def stop(self, entry: str, hurry: asyncio.Event) -> None:
        """SIGTERM to the entry, then to all; SIGKILL to those that do not end, at once if `hurry` is set."""
        for keeper in self._keepers:
            keeper.cancel()
        processes = list(self._processes.values())
        loop = asyncio.get_running_loop()
        deadline = loop.time() + GRACE_SECONDS
        front = [process for process in processes if process.launch.name == entry]
        await _terminate(front, loop.time() + ENTRY_GRACE_SECONDS, hurry)
        behind = [process for process in processes if process.launch.name != entry]
        await _terminate(behind, deadline, hurry)
        await _until_gone(front, deadline, hurry)
        stubborn = [process.launch.name for process in processes if process.is_alive()]
        if stubborn:
            self._logs.note(f"killing {', '.join(stubborn)}")
        await asyncio.gather(*(process.end() for process in processes))

    def _start(self, launch: Launch) -> Process:
        process = Process(launch, self._logs, self._guard)
        self._processes[launch.name] = process
        return process

    async def _come_up(self, process: Process, deadline: float) -> None:
        launch = process.launch
        while not await is_ready(launch.port, launch.ready):
            if process.has_exited:
                raise await _ended(process)
            if asyncio.get_running_loop().time() > deadline:
                raise _never_ready(process)
            await asyncio.sleep(_POLL_SECONDS)
        self._keepers.append(asyncio.create_task(self._keep(process)))

    async def _keep(self, process: Process) -> None:
        """Start a ready process again when it ends: at once, unless it keeps ending before it is ready."""
        pause = 0.0
        while True:
            await process.exited()
            end = await _end_of(process)
            self._ends.append(end)
            name = process.launch.name
            later = f" in {pause:g} s" if pause else ""
            self._logs.note(f"{name} ended ({end.how}), starting it again{later}")
            await asyncio.sleep(pause)
            pause = min(max(pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
            try:
                process = self._start(process.launch)
            except MachineError as error:
                self._logs.note(str(error))
            else:
                self._logs.note(f"{name} started again (pid {process.pid})")
                if await _becomes_ready(process):
                    pause = 0.0


async def _becomes_ready(process: Process) -> bool:
    """True as soon as it is ready, False if it ends before that."""
    while not process.has_exited:
        if await is_ready(process.launch.port, process.launch.ready):
            return True
        await asyncio.sleep(_LOOK_SECONDS)
    return False


async def _end_of(process: Process) -> End:
    code = await process.end()
    return End(process.launch.name, code, tuple(process.tail))


async def _ended(process: Process) -> StartFailed:
    end = await _end_of(process)
    problem = Problem("ended-at-start", f"{end.process} ended during start-up ({end.how})", end.hint)
    return StartFailed(problem, (end,))


def _never_ready(process: Process) -> StartFailed:
    end = End(process.launch.name, None, tuple(process.tail))
    probe = f"{process.launch.url}{process.launch.ready}"
    message = f"{end.process} was not ready after {READY_SECONDS:g} s: {probe} did not answer 200"
    return StartFailed(Problem("never-ready", message, end.hint), (end,))


async def _terminate(processes: Sequence[Process], deadline: float, hurry: asyncio.Event) -> None:
    for process in processes:
        process.send(signal.SIGTERM)
    await _until_gone(processes, deadline, hurry)


async def _until_gone(processes: Sequence[Process], deadline: float, hurry: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    while any(process.is_alive() for process in processes):
        if loop.time() > deadline or hurry.is_set():
            return
        await asyncio.sleep(_POLL_SECONDS)
