"""A run from its first word to its last."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from blueprint.errors import MachineError, UsageError
from blueprint.runtime.description import Description, Dotenv, Program
from blueprint.runtime.lifecycle import Running
from blueprint.runtime.logs import Logs
from blueprint.runtime.session import Audience, run_project
from tests.runtime.project import FAKE

SMOKE = ("{python}", "-c", "print('all well')")


class Listener:
    """Who a run tells, and what."""

    def __init__(self) -> None:
        self.ready: list[Running] = []
        self.names: list[Sequence[str]] = []
        self._reading, self._writing = os.pipe()

    def open_logs(self, names: Sequence[str]) -> Logs:
        self.names.append(names)
        return Logs(self._writing, lambda name, line: f"{name}: {line}")

    @property
    def audience(self) -> Audience:
        return Audience(lambda _: nullcontext(), self.open_logs, self.ready.append)

    def lines(self) -> list[str]:
        """All that was logged by the end of the run."""
        os.close(self._writing)
        with os.fdopen(self._reading, encoding="utf-8") as pipe:
            return pipe.read().splitlines()


def described(smoke: tuple[str, ...] | None = SMOKE, dotenv: Dotenv | None = None) -> Description:
    programs = (
        Program("gateway", ("{python}", str(FAKE), "{port}"), "/", {}),
        Program("orders", ("{python}", str(FAKE), "{port}"), "/", {}),
    )
    return Description("shop", "microservices", None, dotenv, "var", programs, "gateway", smoke)


def test_what_is_said_in_a_run_with_a_smoke_test(tmp_path: Path) -> None:
    listener = Listener()

    run_project(tmp_path, described(), listener.audience, {"orders": 2}, smoke=True)

    assert not [thread for thread in threading.enumerate() if thread.name == "logs"]
    [running] = listener.ready
    assert (running.name, running.url) == ("shop", running.services[0].url)
    assert [service.name for service in running.services] == ["gateway", "orders.1", "orders.2"]
    assert len({service.pid for service in running.services}) == 3
    assert listener.names == [["gateway", "orders.1", "orders.2"]]
    lines = listener.lines()
    assert [line for line in lines if not line.split(": ")[1].startswith("serving on")] == [
        "blueprint: starting gateway, orders.1, orders.2",
        "blueprint: all processes are ready, running the smoke test",
        "smoke: all well",
        "blueprint: stopping",
        "blueprint: all processes have stopped",
    ]


def test_a_smoke_test_that_is_not_there_is_told_before_anything_is_made(tmp_path: Path) -> None:
    listener = Listener()

    with pytest.raises(UsageError, match="this project has no smoke test"):
        run_project(tmp_path, described(None), listener.audience, {}, smoke=True)

    assert list(tmp_path.iterdir()) == []
    assert listener.lines() == []


def test_secrets_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    listener = Listener()

    with pytest.raises(MachineError) as raised:
        run_project(tmp_path, described(dotenv=Dotenv(".env", ("false",))), listener.audience, {}, smoke=True)

    [problem] = raised.value.problems
    assert problem.code == "cannot-prepare"
    assert problem.message == f"cannot prepare the project: Is a directory ({tmp_path / '.env'})"
