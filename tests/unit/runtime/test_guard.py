"""What a run has left behind is ended by the next one, and nothing that only has its number."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint.errors import MachineError
from blueprint.runtime import watchdog
from blueprint.runtime.guard import guarded
from blueprint.runtime.launches import Launch
from blueprint.runtime.logs import Logs
from blueprint.runtime.process import Process


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own."""
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        yield process
        process.kill()


def left_behind(folder: Path, *lines: str) -> None:
    (folder / "run").mkdir()
    (folder / "run/processes").write_text("".join(f"{line}\n" for line in ("1", *lines)))


def test_what_a_run_left_behind_is_ended(bystander: subprocess.Popen[bytes], tmp_path: Path) -> None:
    left_behind(tmp_path, f"{bystander.pid} {watchdog.start_time(bystander.pid)}")
    with guarded(tmp_path, "run"):
        assert bystander.wait(10) == -signal.SIGKILL


@pytest.mark.parametrize(
    "line", ["{pid} 0", "{pid}", "{pid} ", "{pid} None", "-{pid} 0", "what? {started}", ""]
)
def test_a_process_that_only_has_the_number_is_left_alone(
    line: str, bystander: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    started = watchdog.start_time(bystander.pid)
    left_behind(tmp_path, line.format(pid=bystander.pid, started=started))
    with guarded(tmp_path, "run"):
        pass
    with pytest.raises(subprocess.TimeoutExpired):
        bystander.wait(0.2)


def test_the_run_that_holds_the_project_is_named(tmp_path: Path) -> None:
    with guarded(tmp_path, "run"):
        with (
            pytest.raises(MachineError, match=rf"already running \(pid {os.getpid()}\)") as caught,
            guarded(tmp_path, "run"),
        ):
            pytest.fail("two at once")
        assert caught.value.problems[0].hint == f"stop it first: kill {os.getpid()}"
    with guarded(tmp_path, "run"):
        pass


def test_what_is_started_is_written_down_with_its_start(
    bystander: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    with guarded(tmp_path, "run") as guard:
        guard.add(bystander.pid)
        lines = (tmp_path / "run/processes").read_text().splitlines()
        guard.remove(bystander.pid)
    assert lines == [str(os.getpid()), f"{bystander.pid} {watchdog.start_time(bystander.pid)}"]
    assert (tmp_path / "run/processes").read_text() == ""
    with pytest.raises(subprocess.TimeoutExpired):
        bystander.wait(0.2)


def test_what_is_started_does_not_outlive_the_run(bystander: subprocess.Popen[bytes], tmp_path: Path) -> None:
    with guarded(tmp_path, "run") as guard:
        guard.add(bystander.pid)
    assert bystander.wait(10) == -signal.SIGTERM


def test_a_process_whose_number_another_one_has_signals_nobody(
    bystander: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    launch = Launch("done", (sys.executable, "-c", ""), {}, tmp_path, 1, "/")
    time.sleep(0.1)  # when a process was started is known to a hundredth of a second

    async def end_it() -> bool:
        with guarded(tmp_path, "run") as guard:
            logs = Logs(os.open(os.devnull, os.O_WRONLY), lambda name, line: f"{name} {line}")
            process = Process(launch, logs, guard)
            number, process.pid = process.pid, bystander.pid
            is_alive = process.is_alive()
            process.send(signal.SIGKILL)
            process.pid = number
            process.reap()
            while not process.has_exited:
                await asyncio.sleep(0.01)
                process.reap()
            assert await process.end() == 0
            logs.close()
            return is_alive

    assert asyncio.run(end_it()) is False
    with pytest.raises(subprocess.TimeoutExpired):
        bystander.wait(0.2)
