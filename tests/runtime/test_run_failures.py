"""What a user of `blueprint run` can rely on when processes misbehave or die."""

from __future__ import annotations

import json
import os
import signal

import pytest

from blueprint.cli import main
from blueprint.runtime import supervisor
from tests.runtime.project import Project, Run, until

pytestmark = pytest.mark.slow


def crash(run: Run, name: str) -> None:
    with pytest.raises(OSError):
        run.get(name, "/crash")


def test_grandchildren_are_gone_after_the_stop(project: Project) -> None:
    project.describe({"gateway": ["has-child"], "orders": []})
    assert project.start().end(signal.SIGTERM) == 143
    assert not project.processes()


def test_a_process_that_ignores_sigterm_is_killed_after_the_grace(project: Project) -> None:
    project.describe({"gateway": [], "orders": ["ignores-sigterm"]})
    run = project.start()
    assert run.end(signal.SIGTERM) == 143
    assert "killing orders" in run.logged()


def test_a_second_signal_does_not_wait_for_the_grace(project: Project) -> None:
    project.describe({"gateway": ["ignores-sigterm"]})
    run = project.start()
    run.process.send_signal(signal.SIGINT)
    assert until(lambda: "stopping" in run.logged())
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(3) == 130


def test_a_killed_run_leaves_nothing_behind(project: Project) -> None:
    project.describe({"gateway": ["has-stubborn-child"], "orders": ["ignores-sigterm"]})
    run = project.start()
    run.process.kill()
    run.process.wait()
    assert until(lambda: not project.processes(), 2.5)


def test_the_next_run_ends_what_run_and_watchdog_left_behind(project: Project) -> None:
    project.describe({"gateway": []})
    run = project.start()
    left_behind = run.services["gateway"]["pid"]
    others = project.processes() - {left_behind}
    for how in (signal.SIGSTOP, signal.SIGKILL):  # none may notice that another one is gone
        for pid in others:
            os.kill(pid, how)
    run.process.wait()
    assert left_behind in project.processes()
    again = project.start()
    assert left_behind not in project.processes()
    again.end(signal.SIGTERM)


def test_a_process_that_ends_at_start_is_shown_with_its_last_lines(project: Project) -> None:
    project.describe({"gateway": [], "orders": ["fails"]})
    done = project.run("--json")
    answer = json.loads(done.stdout)
    assert done.returncode == answer["exit_code"] == 6
    assert answer["errors"][0]["message"] == "orders ended during start-up (exit code 3)"
    assert answer["data"]["last_lines"] == [f"line {number}" for number in range(10, 30)]


def test_a_program_that_does_not_exist_is_named(project: Project) -> None:
    process = {"name": "gateway", "command": ["no-such-program"], "ready": "/readyz", "env": {}}
    project.describe({"gateway": []}, processes=[process])
    done = project.run("--json")
    assert done.returncode == 5
    assert "no-such-program" in json.loads(done.stdout)["errors"][0]["message"]


def test_a_taken_port_is_answered_with_another_one(project: Project) -> None:
    project.describe({"gateway": [], "orders": ["finds-port-taken-once"]})
    run = project.start()
    assert run.answer["status"] == "ready"
    assert "port of orders was taken" in run.logged()
    run.end(signal.SIGTERM)


def test_a_dead_process_comes_back_on_its_port(project: Project) -> None:
    project.describe({"gateway": [], "orders": []})
    run = project.start()
    crash(run, "orders")
    assert until(lambda: run.is_up("orders"))
    assert "orders ended (exit code 9), starting it again in 0.1 s" in run.logged()
    run.end(signal.SIGTERM)


def test_a_process_that_dies_again_waits_longer(project: Project) -> None:
    project.describe({"gateway": [], "orders": []})
    run = project.start()
    for _ in range(3):
        assert until(lambda: run.is_up("orders"))
        crash(run, "orders")
    assert until(lambda: "again in 0.4 s" in run.logged())
    run.end(signal.SIGTERM)


def test_descendants_of_a_dead_process_do_not_outlive_it(project: Project) -> None:
    project.describe({"gateway": [], "orders": ["has-child"]})
    run = project.start()
    before = project.processes()
    crash(run, "orders")
    assert until(lambda: run.is_up("orders"))
    assert len(project.processes()) == len(before)
    run.end(signal.SIGTERM)


def test_a_flood_of_log_lines_holds_up_nobody(project: Project) -> None:
    project.describe({"gateway": ["floods"], "orders": []})
    run = project.start()
    assert run.get("orders") == ""
    assert until(lambda: run.log.stat().st_size > 10_000_000)
    assert run.end(signal.SIGTERM) == 143


def test_a_reader_that_has_stopped_reading_holds_up_nobody(project: Project) -> None:
    project.describe({"gateway": ["floods"], "orders": []})
    reading, writing = os.pipe()
    run = project.start(stderr=writing)
    os.close(writing)
    assert run.get("gateway") == run.get("orders") == ""
    assert run.end(signal.SIGTERM) == 143
    os.close(reading)


def test_a_process_that_is_never_ready_is_named_with_its_probe(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "READY_SECONDS", 0.5)
    project.describe({"gateway": [], "orders": ["never-ready"]})
    assert main.run(["run", str(project.folder), "--json"]) == 6
    message = json.loads(capfd.readouterr().out)["errors"][0]["message"]
    assert message.startswith("orders was not ready")
    assert message.endswith("/readyz did not answer 200")
