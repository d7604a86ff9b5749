"""Start the processes of a system together, restart them, stop them together."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Iterable, Mapping, Sequence

from blueprint.errors import MachineError, Problem
from blueprint.runtime.ends import End, ProcessFailed
from blueprint.runtime.gateway_errors import errors_of_gateway
from blueprint.runtime.guard import Guard
from blueprint.runtime.launches import Launch
from blueprint.runtime.listening import Listener
from blueprint.runtime.logs import Logs
from blueprint.runtime.process import Process
from blueprint.runtime.readiness import is_ready
from blueprint.runtime.tracebacks import reason_of

READY_SECONDS = 60.0
GRACE_SECONDS = 10.0  # between SIGTERM and SIGKILL
ENTRY_GRACE_SECONDS = 5.0  # the part of it for the entry, before the processes behind it are stopped

_POLL_SECONDS = 0.03
_LOOK_SECONDS = 0.01  # so that a process killed right after it became ready counts as ready
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # before restarting a process that was not ready
_PORT_TAKEN = "address already in use"


class StartFailed(ProcessFailed):
    """A process exited or did not become ready during startup."""

    @property
    def port_was_taken(self) -> bool:
        """Whether another program took the port after it was chosen, so that another port may work."""
        first = self.ends[0]
        return first.exit_code is not None and any(_PORT_TAKEN in line.lower() for line in first.last_lines)


class Supervisor:
    """All started processes, by name.


    `sockets` are those of the processes that inherit theirs. They stay open while a process is replaced.
    """

    def __init__(
        self,
        launches: Iterable[Launch],
        logs: Logs,
        guard: Guard,
        sockets: Mapping[str, Listener] | None = None,
    ) -> None:
        self._launches = tuple(launches)
        self._logs = logs
        self._guard = guard
        self._sockets = sockets or {}
        self._processes: dict[str, Process] = {}
        self._retiring: dict[Process, asyncio.Task[int]] = {}
        self._saved = {launch.name: asyncio.Event() for launch in self._launches}
        self._not_starting: set[str] = set()
        self._stand_ins: dict[str, Listener] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._ends: list[End] = []

    @property
    def ends(self) -> tuple[End, ...]:
        """Exits of processes that had been ready, in order."""
        return tuple(self._ends)

    def reap(self) -> None:
        """Check for exited processes. Call this on every SIGCHLD."""
        for process in (*self._processes.values(), *self._retiring):
            process.reap()

    @property
    def not_starting(self) -> frozenset[str]:
        """The names of those that ended before they were ready, and wait for a saved file."""
        return frozenset(self._not_starting)

    def restart(self, names: Iterable[str]) -> None:
        """Start these anew, since what they hold was saved."""
        for name in names:
            self._saved[name].set()

    def pid(self, name: str) -> int:
        """The current process id for this name."""
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
        """Run another process to completion."""
        process = self._start(launch)
        await process.exited()
        return await _end_of(process)

    async def stop(self, entry: str, hurry: asyncio.Event) -> None:
        """Send SIGTERM to the entry, then to all; SIGKILL to the rest, immediately if `hurry` is set."""
        for keeper in self._keepers:
            keeper.cancel()
        if self._keepers:
            await asyncio.wait(self._keepers)
        for listener in (*self._sockets.values(), *self._stand_ins.values()):
            await listener.close()
        for retirement in self._retiring.values():
            retirement.cancel()
        processes = [*self._processes.values(), *self._retiring]
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
        socket = self._sockets.get(launch.name)
        process = Process(launch, self._logs, self._guard, socket.descriptor if socket else None)
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
        """Restart a process when it exits: immediately, unless it keeps exiting before it is ready.

        A process that uses a saved file is replaced.
        """
        pause = 0.0
        saved = self._saved[process.launch.name]
        while True:
            await _first(process.exited(), saved.wait())
            if saved.is_set():
                process, pause = await self._replaced(process), 0.0
                continue
            end = await _end_of(process)
            self._ends.append(end)
            name = process.launch.name
            later = f" in {pause:g} s" if pause else ""
            self._logs.note(f"{name} exited ({end.how}), restarting it{later}")
            await asyncio.sleep(pause)
            pause = min(max(pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
            try:
                process = self._start(process.launch)
            except MachineError as error:
                self._logs.note(str(error))
            else:
                self._logs.note(f"{name} restarted (pid {process.pid})")
                if await _becomes_ready(process):
                    pause = 0.0

    async def _replaced(self, process: Process) -> Process:
        """The process that runs what was saved last. One that does not start waits for the next save."""
        launch = process.launch
        saved = self._saved[launch.name]
        loop = asyncio.get_running_loop()
        while True:
            saved.clear()
            since = loop.time()
            former = self._retire(process)
            if launch.name not in self._sockets:
                await asyncio.wait([former])  # it has the port
            await self._stop_answering(launch.name)
            try:
                process = self._start(launch)
            except MachineError as error:
                self._logs.note(str(error))
                await saved.wait()
                continue
            await _first(self._answers(process, former), process.exited(), saved.wait())
            if saved.is_set():
                continue
            if not process.has_exited:
                self._logs.note(f"{launch.name} restarted in {loop.time() - since:.1f} s")
                return process
            await self._explain(process)
            await saved.wait()

    def _retire(self, process: Process) -> asyncio.Task[int]:
        """Let it finish what it has begun, beside the one that follows it."""
        process.send(signal.SIGTERM)
        retirement = asyncio.create_task(_finished(process))
        self._retiring[process] = retirement
        retirement.add_done_callback(lambda done: None if done.cancelled() else self._retired(process))
        return retirement

    def _retired(self, process: Process) -> None:
        self._retiring.pop(process, None)

    async def _answers(self, process: Process, former: asyncio.Task[int]) -> None:
        """Wait until it is ready; while the former one lives, that one may be who answers."""
        await asyncio.wait([former])
        await _becomes_ready(process)

    async def _explain(self, process: Process) -> None:
        """Say why it does not start, to those who send it requests, too."""
        launch = process.launch
        end = await _end_at_start(process)
        printed = (*process.recent, *end.last_lines[len(process.tail) :])
        reason = reason_of(printed, end, launch.directory)
        self._logs.note(f"{launch.name} does not start: {reason.text}")
        self._logs.note(f"{launch.name} answers 503 until a file that it holds is saved")
        self._not_starting.add(launch.name)
        listener = self._sockets.get(launch.name) or self._stand_in(launch)
        if listener is not None:
            await listener.answer(launch.name, reason)

    def _stand_in(self, launch: Launch) -> Listener | None:
        """A socket on the port that its process has left."""
        try:
            self._stand_ins[launch.name] = Listener(launch.port, launch.ready)
        except OSError:
            return None
        return self._stand_ins[launch.name]

    async def _stop_answering(self, name: str) -> None:
        self._not_starting.discard(name)
        if name in self._sockets:
            await self._sockets[name].stop_answering()
        elif name in self._stand_ins:
            await self._stand_ins.pop(name).close()


async def _becomes_ready(process: Process) -> bool:
    """Wait until it is ready; False if it exits before."""
    while not process.has_exited:
        if await is_ready(process.launch.port, process.launch.ready):
            return True
        await asyncio.sleep(_LOOK_SECONDS)
    return False


async def _first(*work: Coroutine[object, object, object]) -> None:
    """Return as soon as one has ended; the others are cancelled."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _finished(process: Process) -> int:
    """Its exit code, once it has done what it had begun, or the time for that is over."""
    deadline = asyncio.get_running_loop().time() + GRACE_SECONDS
    await _until_gone([process], deadline, asyncio.Event())
    return await process.end()


async def _end_of(process: Process) -> End:
    code = await process.end()
    return End(process.launch.name, code, tuple(process.tail))


async def _end_at_start(process: Process) -> End:
    """With the errors that the process itself has not printed."""
    end = await _end_of(process)
    errors = await asyncio.to_thread(errors_of_gateway, process.launch)
    return End(end.process, end.exit_code, (*end.last_lines, *errors))


async def _ended(process: Process) -> StartFailed:
    end = await _end_at_start(process)
    problem = Problem("ended-at-start", f"{end.process} exited during startup ({end.how})", end.hint)
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
