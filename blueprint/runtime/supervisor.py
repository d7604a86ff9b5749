"""Starts the processes of a system together, keeps them alive, stops them together."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable, Sequence

from blueprint.errors import MachineError, Problem, SystemFailed
from blueprint.runtime.guard import Guard
from blueprint.runtime.launches import Launch
from blueprint.runtime.logs import Logs
from blueprint.runtime.process import Process
from blueprint.runtime.readiness import is_ready

READY_SECONDS = 60.0
GRACE_SECONDS = 10.0  # between SIGTERM and SIGKILL
ENTRY_GRACE_SECONDS = 5.0  # what the entry gets of it before the processes behind it are told to stop

_POLL_SECONDS = 0.03
_FIRST_PAUSE, _LONGEST_PAUSE, _STABLE_SECONDS = 0.1, 5.0, 2.0
_PORT_TAKEN = "address already in use"


class StartFailed(SystemFailed):
    """A process ended or was silent during start-up. Its last lines say more."""

    def __init__(self, problem: Problem, process: str, exit_code: int | None, last_lines: list[str]) -> None:
        super().__init__(problem)
        self.process = process
        self.process_exit_code = exit_code
        self.last_lines = last_lines

    @property
    def port_was_taken(self) -> bool:
        """True if somebody else took the port after it was chosen: another one may do."""
        return self.process_exit_code is not None and any(
            _PORT_TAKEN in line.lower() for line in self.last_lines
        )


class Supervisor:
    """All processes of one start, by name."""

    def __init__(self, launches: Iterable[Launch], logs: Logs, guard: Guard) -> None:
        self._launches = tuple(launches)
        self._logs = logs
        self._guard = guard
        self._processes: dict[str, Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

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

    async def run(self, launch: Launch) -> int:
        """Run one more process to its end and return its exit code."""
        process = self._start(launch)
        await process.exited()
        return await process.end()

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
        """Start the process again whenever it ends."""
        loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE
        while True:
            started = loop.time()
            await process.exited()
            code = await process.end()
            if loop.time() - started > _STABLE_SECONDS:
                pause = _FIRST_PAUSE
            name = process.launch.name
            self._logs.note(f"{name} ended ({describe_exit(code)}), starting it again in {pause:g} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            try:
                process = self._start(process.launch)
            except MachineError as error:
                self._logs.note(str(error))
            else:
                self._logs.note(f"{name} started again (pid {process.pid})")


def describe_exit(code: int) -> str:
    """`exit code 3`, `SIGKILL`."""
    if code >= 0:
        return f"exit code {code}"
    names = {number.value: number.name for number in signal.Signals}
    return names.get(-code, f"signal {-code}")


async def _ended(process: Process) -> StartFailed:
    code = await process.end()
    name = process.launch.name
    problem = Problem(
        "ended-at-start", f"{name} ended during start-up ({describe_exit(code)})", "see its last lines"
    )
    return StartFailed(problem, name, code, process.tail)


def _never_ready(process: Process) -> StartFailed:
    name = process.launch.name
    probe = f"{process.launch.url}{process.launch.ready}"
    message = f"{name} was not ready after {READY_SECONDS:g} s: {probe} did not answer 200"
    return StartFailed(Problem("never-ready", message, "see its last lines"), name, None, process.tail)


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
