"""A server that runs as a program on this machine."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from blueprint.runtime.description import Environment
from blueprint.runtime.environment import prepare_environment
from tests.support.system import eventually

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Program:
    """Started by `start`, and stopped at the end."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._start = start
        self._process = start()

    def outage(self) -> AbstractContextManager[None]:
        """Inside, it answers nobody: it takes connections, and that is all."""
        return outage(self._process)

    def restart(self) -> None:
        """It is killed and started again."""
        self.kill()
        self.start_again()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def start_again(self) -> None:
        self._process = self._start()

    def stop(self) -> None:
        with self._process as process:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def outage(process: subprocess.Popen[Any]) -> Iterator[None]:
    """Inside, it answers nobody."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


@contextmanager
def running(
    command: Sequence[str], port: int, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Program]:
    """Inside, the program listens on that port of this machine; `log` in the folder has what it says."""

    def start() -> subprocess.Popen[bytes]:
        with (folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            eventually(
                lambda: _listens(process, port), START_SECONDS, f"{command[0]} listens, see {folder}/log"
            )
        except BaseException:
            process.kill()
            process.wait()
            raise
        return process

    program = Program(start)
    try:
        yield program
    finally:
        program.stop()


def programs_of(lock: Path, folder: Path) -> Path:
    """Where the programs are of the packages in that lock: the `bin` of an environment made in the folder."""
    shutil.copy(lock, folder)
    environment = Environment("venv", lock.name, ".")
    return Path(prepare_environment(folder, environment, lambda _: nullcontext())).parent


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    assert process.poll() is None, f"ended with {process.returncode} before it listened"
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
