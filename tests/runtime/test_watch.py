"""What a user of `blueprint run --watch` can rely on when files are saved."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.runtime.project import Project, Run, until
from tests.runtime.serving import SERVER

ANSWER = 'def answer():\n    return "{}"\n'
ENVIRONMENT = {"path": ".blueprint/venv", "requirements": "requirements.lock", "pythonpath": "src"}


@pytest.fixture(params=["inherits its socket", "binds its port"])
def shop(request: pytest.FixtureRequest, project: Project) -> Project:
    """Two services, each with a module in a folder of its own, and one that both import."""
    inherits = request.param == "inherits its socket"
    package = project.folder / "src/shop"
    for name in ("orders", "payments"):
        write(
            package / name / "__init__.py",
            "from shop.common import greeting\nfrom .deep.words import answer\n",
        )
        write(package / name / "deep/__init__.py", "")
        write(package / name / "deep/words.py", ANSWER.format(f"old {name}"))
        write(package / name / "tests/test_it.py", "")
        write(package / name / "migrations/0001_first.sql", "SELECT 1;\n")
        write(package / f"serve_{name}.py", SERVER.replace("{name}", name))
    write(package / "__init__.py", "")
    write(package / "common.py", "greeting = 1\n")
    (project.folder / "requirements.lock").write_text("")
    processes = [
        {
            "name": name,
            "command": ["{python}", "-m", f"shop.serve_{name}", "{port}"],
            "ready": "/readyz",
            "env": {},
            **({"watch": {"arguments": ["--fd", "{fd}"]}} if inherits else {}),
        }
        for name in ("orders", "payments")
    ]
    project.describe({"orders": []}, processes=processes, environment=ENVIRONMENT)
    return project


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def words(project: Project, name: str) -> Path:
    return project.folder / f"src/shop/{name}/deep/words.py"


def answers(run: Run, name: str, wanted: str) -> bool:
    try:
        return run.get(name) == wanted
    except OSError:
        return False


def problem(run: Run, name: str) -> dict[str, object]:
    """The 503 that the process is answered for with."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        run.get(name)
    with refused.value as answer:
        assert answer.code == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        found: dict[str, object] = json.loads(answer.read())
        return found


def is_refused(run: Run, name: str) -> bool:
    try:
        run.get(name)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code == 503
    except OSError:
        return False
    return False


def restarts(run: Run, name: str) -> int:
    return run.logged().count(f"{name} restarted in ")


def test_a_saved_file_restarts_what_imports_it_and_nothing_else(shop: Project) -> None:
    run = shop.start("--watch")
    words(shop, "orders").write_text(ANSWER.format("new"))
    assert until(lambda: answers(run, "orders", "new"))
    assert until(lambda: restarts(run, "orders") == 1)
    assert run.get("payments") == "old payments"
    assert "src/shop/orders/deep/words.py saved, restarting orders\n" in run.logged()
    assert restarts(run, "payments") == 0
    assert run.end(signal.SIGTERM) == 143


def test_a_file_that_all_import_restarts_all(shop: Project) -> None:
    run = shop.start("--watch")
    (shop.folder / "src/shop/common.py").write_text("greeting = 2\n")
    assert until(lambda: restarts(run, "orders") == restarts(run, "payments") == 1)
    run.end(signal.SIGTERM)


def test_a_new_file_of_a_package_restarts_who_holds_the_package_but_a_test_does_not(shop: Project) -> None:
    run = shop.start("--watch")
    write(shop.folder / "src/shop/orders/tests/test_more.py", "")
    write(shop.folder / "src/shop/orders/migrations/0002_more.sql", "SELECT 1;\n")
    assert until(lambda: restarts(run, "orders") == 1)
    assert "migrations/0002_more.sql" in run.logged()
    assert restarts(run, "payments") == 0
    run.end(signal.SIGTERM)


@pytest.mark.parametrize("shop", ["inherits its socket"], indirect=True)
def test_no_request_fails_while_a_process_that_inherits_its_socket_restarts(shop: Project) -> None:
    run = shop.start("--watch")
    failures: list[object] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                run.get("orders")
            except (OSError, HTTPException) as error:
                failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    for number in range(3):
        words(shop, "orders").write_text(ANSWER.format(f"new {number}"))
        assert until(lambda number=number: restarts(run, "orders") == number + 1)  # type: ignore[misc]
    done.set()
    asking.join()
    # A connection that the former process had accepted and not read may be closed with it.
    assert len(failures) <= 3, failures
    run.end(signal.SIGTERM)


@pytest.mark.parametrize(
    ("broken", "line", "said"),
    [
        ("def answer(:\n", 1, "SyntaxError"),
        ("x = 1\nimport nothing_of_this_name\n", 2, "ModuleNotFoundError"),
    ],
)
def test_what_does_not_import_is_answered_with_its_place_until_the_next_save(
    shop: Project, broken: str, line: int, said: str
) -> None:
    run = shop.start("--watch")
    words(shop, "orders").write_text(broken)
    assert until(lambda: is_refused(run, "orders"))
    answer = problem(run, "orders")
    assert (answer["file"], answer["line"]) == ("src/shop/orders/deep/words.py", line)
    assert said in str(answer["detail"])
    assert f'words.py", line {line}' in run.logged()
    assert run.get("orders", "/livez") == run.get("orders", "/readyz") == ""
    assert run.get("payments") == "old payments"
    words(shop, "orders").write_text(ANSWER.format("mended"))
    assert until(lambda: answers(run, "orders", "mended"))
    run.end(signal.SIGTERM)
    assert not shop.processes()


def test_ten_saves_in_a_second_end_with_the_last_one(shop: Project) -> None:
    run = shop.start("--watch")
    for number in range(10):
        words(shop, "orders").write_text(ANSWER.format(number))
        time.sleep(0.1)
    assert until(lambda: answers(run, "orders", "9"))
    time.sleep(0.5)
    assert run.get("orders") == "9"
    assert run.end(signal.SIGTERM) == 143


def test_a_save_without_watch_changes_nothing(shop: Project) -> None:
    run = shop.start("--no-watch")
    words(shop, "orders").write_text(ANSWER.format("new"))
    time.sleep(1)
    assert run.get("orders") == "old orders"
    run.end(signal.SIGTERM)


def test_what_is_read_at_the_start_only_is_named(shop: Project) -> None:
    run = shop.start("--watch")
    (shop.folder / "requirements.lock").write_text("# one more\n")
    assert until(lambda: "requirements.lock changed: stop and start again to use it" in run.logged())
    run.end(signal.SIGTERM)


def test_a_folder_of_many_files_is_watched(shop: Project) -> None:
    many = shop.folder / "src/shop/orders/many"
    for folder in range(100):
        (many / str(folder)).mkdir(parents=True)
        for file in range(1000):
            (many / str(folder) / f"{file}.json").touch()
    run = shop.start("--watch")
    # A folder is watched a moment after the processes are ready.
    assert until(lambda: _is_noticed(shop, run), 30)
    assert run.end(signal.SIGTERM) == 143


def _is_noticed(shop: Project, run: Run) -> bool:
    words(shop, "orders").write_text(ANSWER.format(time.monotonic()))
    return until(lambda: restarts(run, "orders") > 0, 2)


def test_a_terminal_that_is_resized_and_a_hangup_are_survived_and_obeyed(shop: Project) -> None:
    run = shop.start("--watch")
    os.kill(run.process.pid, signal.SIGWINCH)
    words(shop, "orders").write_text(ANSWER.format("new"))
    assert until(lambda: answers(run, "orders", "new"))
    assert run.end(signal.SIGHUP) == 129
    assert not shop.processes()
