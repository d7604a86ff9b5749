"""A running project: started with `blueprint run`, watched from outside, hurt on request, stopped."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

RUN = (sys.executable, "-m", "blueprint", "run")
GATEWAY = "gateway"
REGISTRY = "registry"
IDENTITY_PROVIDER = "identity_provider"
START_SECONDS = 180.0
READY_SECONDS = 30.0
STOP_SECONDS = 30.0
_WIDE = 2**20

T = TypeVar("T")


class NotInTime(AssertionError):
    """What was waited for did not happen."""


def eventually(check: Callable[[], T | None], within: float, what: str, every: float = 0.02) -> T:
    """The first true answer of `check`, asked again and again for at most `within` seconds."""
    deadline = time.monotonic() + within
    while not (answer := check()):
        if time.monotonic() > deadline:
            raise NotInTime(f"{what}: not within {within:g} s")
        time.sleep(every)
    return answer


@dataclass(frozen=True, slots=True)
class Service:
    """One process of the system, as `blueprint run` announced it."""

    name: str
    url: str

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 80


class System:
    """Starts the project in `folder` on entry and stops it on exit; its log goes into the file `log`.

    `flags` are more words for `blueprint run`, `variables` more of the environment.
    """

    def __init__(
        self, folder: Path, log: Path, *flags: str, variables: Mapping[str, str] | None = None
    ) -> None:
        self.folder, self.log = folder, log
        self._flags, self._variables = flags, {**os.environ, **(variables or {})}
        self.url = ""
        self.services: Mapping[str, Service] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*RUN, str(self.folder), "--json", *self._flags],
                env=self._variables,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        try:
            ready = json.loads(self._first_line())
            assert ready["status"] == "ready", ready
        except BaseException:
            self.stop()
            raise
        self.url = ready["data"]["url"]
        self.services = {s["name"]: Service(s["name"], s["url"]) for s in ready["data"]["services"]}
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _first_line(self) -> bytes:
        assert self._process and self._process.stdout
        pipe, line = self._process.stdout.fileno(), b""
        deadline = time.monotonic() + START_SECONDS
        while not line.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                raise NotInTime(f"not ready within {START_SECONDS:g} s\n{self._log_tail()}")
            if not (chunk := os.read(pipe, 65536)):
                raise AssertionError(f"ended before it was ready\n{line.decode()}{self._log_tail()}")
            line += chunk
        return line

    def stop(self) -> int | None:
        """Asks the whole system to end and waits; returns the exit code of `run`, None if it never ran."""
        process, self._process = self._process, None
        if process is None:
            return None
        with process:
            process.terminate()
            try:
                return process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise NotInTime(
                    f"still running {STOP_SECONDS:g} s after SIGTERM\n{self._log_tail()}"
                ) from None

    @property
    def workers(self) -> list[Service]:
        """Every process that holds services."""
        return [
            service
            for name, service in self.services.items()
            if name not in (GATEWAY, REGISTRY, IDENTITY_PROVIDER)
        ]

    def instances(self, name: str) -> list[Service]:
        """All processes of the service."""
        return [service for service in self.workers if service.name.partition(".")[0] == name]

    def part(self, name: str) -> Service:
        """The process that holds the part called `name`: its own one, else the one that holds everything."""
        return self.services.get(name) or self.workers[0]

    def pid_of(self, name: str) -> int:
        """The process that listens on the service's port now; `run` starts a new one when it dies.

        With --watch, `run` itself has the socket, too, and so has a process that finishes its last requests:
        the one that was started last counts.
        """
        port = self.services[name].port

        def listener() -> int | None:
            run = self._process.pid if self._process else None
            return max((pid for pid in _listeners(port) if pid != run), key=_started_at, default=None)

        return eventually(listener, READY_SECONDS, f"a process listening for {name} on port {port}")

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Sends the signal to the service's process; returns the pid that got it."""
        pid = self.pid_of(name)
        os.kill(pid, how)
        return pid

    @contextmanager
    def without_restarts(self) -> Iterator[None]:
        """Inside, processes that die stay dead: `run` itself is stopped.

        Nobody reads what they log meanwhile: with full pipes, they would soon do nothing any more.
        """
        assert self._process
        _widen_pipes(self._process.pid)
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def wait_ready(self, name: str) -> None:
        """Returns when the service answers its readiness probe (what holds no service: any request) again."""
        path = "/livez" if name in (GATEWAY, REGISTRY) else "/readyz"
        url = self.services[name].url + path
        eventually(lambda: _answers(url), READY_SECONDS, f"{name} ready")

    def wait_not_ready(self, name: str) -> None:
        """Returns when the service takes no new work any more."""
        url = self.services[name].url + "/readyz"
        eventually(lambda: not _answers(url), READY_SECONDS, f"{name} not ready")

    def wait_replaced(self, name: str, old: int) -> None:
        """Returns when another process than `old` serves in its place."""
        eventually(lambda: self.pid_of(name) != old, READY_SECONDS, f"{name} started again")
        self.wait_ready(name)

    @property
    def environment(self) -> dict[str, str]:
        """What the project's `.env` says."""
        lines = (self.folder / ".env").read_text("utf-8").splitlines()
        pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        return {name.strip(): value.strip().strip("\"'") for name, value in pairs}

    def log_size(self) -> int:
        """A place in the log, in bytes, to read from later."""
        return self.log.stat().st_size

    def log_lines(self, since: int = 0) -> Iterator[dict[str, Any]]:
        """The JSON lines that the services logged after that place."""
        with self.log.open("rb") as log:
            log.seek(since)
            for line in log:
                _, brace, rest = line.partition(b"{")
                try:
                    yield json.loads(brace + rest)
                except ValueError:
                    continue

    def _log_tail(self, size: int = 4000) -> str:
        return self.log.read_bytes()[-size:].decode(errors="replace")


def _widen_pipes(pid: int) -> None:
    """All pipes of the process take a MiB, which is 4,000 lines, in place of 64 KiB."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        if descriptor.is_fifo():
            pipe = os.open(descriptor, os.O_RDONLY | os.O_NONBLOCK)
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _WIDE)
            os.close(pipe)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _listeners(port: int) -> Iterator[int]:
    """The processes that hold the listening TCP socket of the port, read from /proc."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(fd.readlink()) in sockets for fd in (process / "fd").iterdir()):
                yield int(process.name)
        except OSError:  # it has ended, or belongs to another user
            continue


def _started_at(pid: int) -> int:
    """In ticks of the clock since the machine started; -1 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return -1


def _listening_inodes(port: int) -> Iterator[str]:
    listening = "0A"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for row in Path(table).read_text("ascii").splitlines()[1:]:
            _, local, _, state, *_, inode = row.split()[:10]
            if state == listening and int(local.rpartition(":")[2], 16) == port:
                yield inode
