"""What a user of `blueprint run` can rely on when processes misbehave or die."""

from __future__ import annotations

import json
import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from blueprint.cli import main
from blueprint.runtime import supervisor
from tests.runtime.project import Project, Run, until


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
    assert answer["errors"][0]["message"] == "orders exited during startup (exit code 3)"
    assert answer["data"]["last_lines"] == [f"line {number}" for number in range(10, 30)]


def test_people_see_the_last_lines_with_the_error(project: Project) -> None:
    project.describe({"gateway": [], "orders": ["fails"]})
    *_, last, error, hint = project.run().stderr.splitlines()
    assert last == "  orders | line 29"
    assert error == "error: orders exited during startup (exit code 3)"
    assert hint == "hint: its last lines are above"


def test_a_process_that_said_nothing_is_told_with_its_signal(project: Project) -> None:
    project.describe({"gateway": [], "orders": ["dies-silently"]})
    answer = json.loads(project.run("--json").stdout)
    [error] = answer["errors"]
    assert error["message"] == "orders exited during startup (SIGTERM)"
    assert error["hint"] == "orders printed nothing"
    assert answer["data"] == {"process": "orders", "exit_code": -15, "last_lines": [], "others": []}


def test_a_fault_leaves_the_place_at_which_it_happened(project: Project) -> None:
    project.describe({"gateway": [], "orders": ["dies-of-a-fault"]})
    answer = json.loads(project.run("--json").stdout)
    assert answer["errors"][0]["message"] == "orders exited during startup (SIGSEGV)"
    lines = answer["data"]["last_lines"]
    assert lines[0] == "Fatal Python error: Segmentation fault"
    assert any("fake.py" in line and "in main" in line for line in lines)


PROBE = """
import sys, time, urllib.request as u
try:
    u.urlopen(sys.argv[1] + '/{path}')
except OSError:
    pass
"""
AGAIN = """
for _ in range(100):
    try:
        u.urlopen(sys.argv[1])
        break
    except OSError:
        time.sleep(0.1)
"""


def smoke(path: str, then: str) -> list[str]:
    """A smoke test that asks for the path, whatever comes of it; then it waits until it can ask again."""
    return ["{python}", "-c", PROBE.replace("{path}", path) + AGAIN + then, "{url}"]


@pytest.mark.parametrize(
    ("path", "how", "said"),
    # The first lines of a fault are pushed out where many threads follow them.
    [("crash", "exit code 9", "serving on"), ("fault", "SIGSEGV", '  File "')],
)
def test_a_process_that_ends_during_the_smoke_test_fails_it(
    path: str, how: str, said: str, project: Project
) -> None:
    project.describe({"gateway": []}, smoke=smoke(path, "print('all well')"))
    done = project.run("--smoke", "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 6
    assert [each["message"] for each in answer["errors"]] == [f"gateway exited during the smoke test ({how})"]
    assert answer["data"]["process"] == "gateway"
    assert any(line.startswith(said) for line in answer["data"]["last_lines"]), answer["data"]["last_lines"]
    assert answer["data"]["others"] == []


def test_a_smoke_test_that_fails_is_told_after_what_ended_before_it(project: Project) -> None:
    project.describe({"gateway": []}, smoke=smoke("crash", "sys.exit('not well')"))
    answer = json.loads(project.run("--smoke", "--json").stdout)
    assert [each["code"] for each in answer["errors"]] == ["ended-in-smoke", "smoke-failed"]
    assert answer["data"]["others"] == [{"process": "smoke", "exit_code": 1, "last_lines": ["not well"]}]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["no-such-program"], "No such file or directory (no-such-program)"),
        (["/"], "Permission denied (/)"),
        (["true", "\0"], "embedded null byte (true)"),
    ],
)
def test_a_program_that_cannot_be_started_is_told_with_the_reason(
    command: list[str], why: str, project: Project
) -> None:
    process = {"name": "gateway", "command": command, "ready": "/readyz", "env": {}}
    project.describe({"gateway": []}, processes=[process])
    done = project.run("--json")
    assert done.returncode == 5
    assert json.loads(done.stdout)["errors"][0]["message"] == f"cannot start gateway: {why}"


@pytest.mark.parametrize("times", [1, 2])
def test_a_taken_port_is_answered_with_another_one(times: int, project: Project) -> None:
    project.describe({"gateway": [], "orders": [f"finds-port-taken-{times}"]})
    run = project.start()
    assert run.answer["status"] == "ready"
    assert "port of orders was taken" in run.logged()
    run.end(signal.SIGTERM)


@pytest.mark.parametrize("flags", [(), ("--smoke",)])
def test_a_port_that_is_taken_each_time_ends_the_run(flags: tuple[str, ...], project: Project) -> None:
    habits = {"gateway": [], "orders": ["finds-port-taken-3"]}
    project.describe(habits, smoke=["{python}", "-c", "pass"])
    done = project.run("--json", *flags)
    answer = json.loads(done.stdout)
    assert done.returncode == answer["exit_code"] == 6
    assert answer["errors"][0]["message"] == "orders exited during startup (exit code 1)"
    assert (project.folder / "starts").read_text() == "..."


def test_a_dead_process_comes_back_on_its_port(project: Project) -> None:
    project.describe({"gateway": [], "orders": []})
    run = project.start()
    crash(run, "orders")
    assert until(lambda: run.is_up("orders"))
    assert "orders exited (exit code 9), restarting it" in run.logged()
    run.end(signal.SIGTERM)


def test_a_process_that_is_ready_and_is_killed_again_and_again_never_waits(project: Project) -> None:
    project.describe({"gateway": [], "orders": []})
    run = project.start()
    for _ in range(8):
        assert until(lambda: run.is_up("orders"))
        time.sleep(0.1)  # what is killed at the moment at which it is ready may count as too early
        crash(run, "orders")
    assert until(lambda: run.logged().count("orders restarted") == 8)
    assert "restarting it in" not in run.logged()
    run.end(signal.SIGTERM)


def test_a_process_that_ends_before_it_is_ready_waits_longer_each_time_but_not_for_ever(
    project: Project, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "_LONGEST_PAUSE", 0.2)
    project.describe({"gateway": ["comes-back-badly-3"]}, smoke=smoke("crash", ""))
    assert main.run(["run", str(project.folder), "--smoke"]) == 6
    said = [line for line in capfd.readouterr().err.splitlines() if "restarting it" in line]
    assert [line.partition("restarting it")[2] for line in said] == [
        "",
        " in 0.1 s",
        " in 0.2 s",
        " in 0.2 s",
    ]


def test_a_watchdog_that_dies_is_started_again_and_knows_all_that_it_has_to_end(project: Project) -> None:
    project.describe({"gateway": ["has-stubborn-child"], "orders": ["ignores-sigterm"]})
    run = project.start()
    for _ in range(2):
        killed = watchdog_of(run)
        assert killed
        os.kill(killed, signal.SIGKILL)
        assert until(partial(has_another_watchdog, run, killed))
    assert run.logged().count("the watchdog exited, restarting it") == 2
    run.process.kill()
    run.process.wait()
    assert until(lambda: not project.processes())


def has_another_watchdog(run: Run, former: int) -> bool:
    return watchdog_of(run) not in (None, former)


def watchdog_of(run: Run) -> int | None:
    """The child of the run that watches it, if there is one now."""
    children = Path(f"/proc/{run.process.pid}/task/{run.process.pid}/children").read_text().split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_text() for child in children}
    return next((child for child, line in lines.items() if "watchdog" in line), None)


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
