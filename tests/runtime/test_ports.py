"""The same ports at every start, and a word on who holds one that is taken."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
from pathlib import Path

import pytest

from tests.runtime.project import Project


@pytest.fixture
def base() -> int:
    """A port with free ones behind it; other tests may run at the same time."""
    return random.randrange(2000, 9900, 20)


def ports(project: Project, *flags: str) -> list[int]:
    run = project.start(*flags)
    found = [int(each["url"].rpartition(":")[2]) for each in run.services.values()]
    assert run.answer["data"]["url"].endswith(f":{found[-1]}")
    run.end(signal.SIGTERM)
    return found


def test_ports_follow_the_gateway_and_are_kept(
    project: Project, base: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.describe({"gateway": [], "orders": []})
    project.describe({"orders": [], "payments": [], "gateway": []}, entry="gateway")
    assert ports(project, "--port", str(base)) == [base + 1, base + 2, base]
    monkeypatch.delenv("PORT")
    assert ports(project) == [base + 1, base + 2, base]
    project.describe({"orders": [], "letters": [], "payments": [], "gateway": []}, entry="gateway")
    assert ports(project) == [base + 1, base + 3, base + 2, base]


def test_the_variable_and_the_spec_name_the_base_and_the_option_wins(
    project: Project, base: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.describe({"gateway": []}, port=base)
    monkeypatch.delenv("PORT")
    assert ports(project) == [base]
    monkeypatch.setenv("PORT", str(base + 1))
    assert ports(project) == [base + 1]
    assert ports(project, "--port", str(base + 2)) == [base + 2]


def test_a_taken_port_is_named_with_who_holds_it(project: Project, base: int) -> None:
    project.describe({"gateway": [], "orders": []})
    with socket.create_server(("127.0.0.1", base + 1)):
        done = project.run("--json", "--port", str(base))
    [error] = json.loads(done.stdout)["errors"]
    assert done.returncode == 5
    assert error["code"] == "port-taken"
    assert error["message"].startswith(f"port {base + 1} of orders is taken by pid {os.getpid()} (")
    assert str(Path.cwd()) in error["message"]
    assert "--port=auto" in error["hint"]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x", "99999999999999999999"])
def test_a_port_out_of_range_is_a_usage_error(port: str, project: Project) -> None:
    project.describe({"gateway": []})
    done = project.run("--json", f"--port={port}")
    assert done.returncode == 2
    assert json.loads(done.stdout)["errors"][0]["code"] == "bad-port"


def test_ports_that_end_too_early_are_a_usage_error(project: Project) -> None:
    project.describe({"gateway": [], "orders": []})
    done = project.run("--json", "--port=65535")
    assert (done.returncode, json.loads(done.stdout)["errors"][0]["code"]) == (2, "bad-port")
