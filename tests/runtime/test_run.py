"""What a user of `blueprint run` can rely on while all goes well."""

from __future__ import annotations

import json
import signal

import pytest

from tests.runtime.project import Project


def test_json_is_one_line_as_soon_as_all_are_ready(project: Project) -> None:
    project.describe({"gateway": [], "orders": []})
    run = project.start()
    services = run.answer["data"]["services"]
    assert run.answer["status"] == "ready"
    assert run.answer["data"]["url"] == services[0]["url"]
    assert [service["name"] for service in services] == ["gateway", "orders"]
    assert all(run.is_up(name) for name in run.services)
    run.end(signal.SIGTERM)
    assert run.process.stdout is not None
    assert run.process.stdout.read() == ""


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_stops_all_and_is_the_exit_code(project: Project, number: int, code: int) -> None:
    project.describe({"gateway": [], "orders": []})
    assert project.start().end(number) == code
    assert not project.processes()


def test_the_entry_is_stopped_before_what_is_behind_it(project: Project) -> None:
    project.describe({"orders": ["says-goodbye"], "gateway": ["says-goodbye"]}, entry="gateway")
    run = project.start()
    run.end(signal.SIGTERM)
    said = [line.split()[0] for line in run.logged().splitlines() if line.endswith("goodbye")]
    assert said == ["gateway", "orders"]


def test_people_read_the_urls_on_stdout(project: Project) -> None:
    project.describe({"gateway": [], "orders": []}, smoke=["{python}", "-c", "pass"])
    done = project.run("--smoke")
    assert done.stdout.startswith("shop is ready at http://127.0.0.1:")
    assert "  orders   http://127.0.0.1:" in done.stdout


def test_processes_find_each_other_by_placeholders(project: Project) -> None:
    project.describe({"gateway": [], "orders": []})
    run = project.start()
    assert run.get("orders", "/ENTRY") == run.answer["data"]["url"]
    assert run.get("orders", "/DATA") == str(project.folder / "var")
    run.end(signal.SIGTERM)


def test_a_smoke_test_that_passes_ends_with_0(project: Project) -> None:
    script = "import sys, urllib.request as u; u.urlopen(sys.argv[1]); print('all', 'well')"
    project.describe({"gateway": []}, smoke=["{python}", "-c", script, "{url}"])
    done = project.run("--smoke", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "ok"
    assert "smoke     | all well" in done.stderr


def test_a_smoke_test_that_fails_ends_with_6(project: Project) -> None:
    project.describe({"gateway": []}, smoke=["{python}", "-c", "raise SystemExit('no luck')"])
    done = project.run("--smoke", "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 6
    assert answer["errors"][0]["code"] == "smoke-failed"
    assert answer["data"]["process"] == "smoke"
    assert answer["data"]["last_lines"] == ["no luck"]


def test_the_environment_wins_over_the_file_of_secrets(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "of the environment")
    (project.folder / ".env").write_text("SECRET=of the file\nLEVEL=of the file\n")
    project.describe({"gateway": []}, dotenv={"path": ".env", "command": ["false"]})
    run = project.start()
    assert (run.get("gateway", "/SECRET"), run.get("gateway", "/LEVEL")) == (
        "of the environment",
        "of the file",
    )
    run.end(signal.SIGTERM)


def test_secrets_are_made_once_and_reach_the_processes(project: Project) -> None:
    command = ["{python}", "-c", "import uuid; print(f'SECRET={uuid.uuid4()}')"]
    project.describe({"gateway": []}, dotenv={"path": ".env", "command": command})
    secrets = set()
    for _ in range(2):
        run = project.start()
        secrets.add(run.get("gateway", "/SECRET"))
        run.end(signal.SIGTERM)
    assert len(secrets) == 1
    assert (project.folder / ".env").read_text().strip() == f"SECRET={secrets.pop()}"
    assert (project.folder / ".env").stat().st_mode & 0o777 == 0o600


def test_a_second_run_of_the_same_project_is_refused(project: Project) -> None:
    project.describe({"gateway": []})
    first = project.start()
    second = project.run("--json")
    assert second.returncode == 5
    assert json.loads(second.stdout)["errors"][0]["message"] == (
        f"this project is already running (pid {first.process.pid})"
    )
    assert first.is_up("gateway")
    first.end(signal.SIGTERM)


@pytest.mark.parametrize(
    ("there", "is_told"), [((), False), (("old.db",), True), (("old.db", "orders.db"), False)]
)
def test_a_system_that_begins_with_nothing_beside_data_of_another_one_is_told(
    there: tuple[str, ...], is_told: bool, project: Project
) -> None:
    project.describe({"gateway": []}, smoke=["{python}", "-c", "pass"])
    file = project.folder / ".blueprint/run.json"
    file.write_text(
        file.read_text().replace('"{data}"', '"{data}", "DATABASE_URL": "sqlite:///{data}/orders.db"')
    )
    (project.folder / "var").mkdir()
    for name in there:
        (project.folder / "var" / name).write_text("rows")

    said = "the system starts empty: no process uses var/old.db" in project.run("--smoke").stderr
    assert said == is_told


def test_what_a_run_stores_is_for_its_user_alone(project: Project) -> None:
    """Also what is there from earlier runs, and whatever its processes were allowed to write."""
    project.describe({"gateway": []})
    (project.folder / "var/caddy").mkdir(0o755, parents=True)
    for name in ("shop.db", "shop.db-wal", "caddy/state.json"):
        (project.folder / "var" / name).touch(0o644)
    run = project.start()
    stored = list((project.folder / "var").rglob("*"))
    assert {path.name for path in stored} >= {"shop.db", "state.json", "processes"}
    assert [path for path in (project.folder / "var", *stored) if path.stat().st_mode & 0o077] == []
    run.end(signal.SIGTERM)
