"""What the tool starts hears nothing of what its user types, and says nothing in between."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from blueprint.errors import MachineError, UsageError
from blueprint.runtime import environment
from blueprint.runtime.description import Description, Environment, Program
from blueprint.runtime.dotenv import make_dotenv
from blueprint.runtime.environment import prepare_environment
from blueprint.runtime.migration_records import Record, read_records
from blueprint.workspace.git import first_commit

ECHO = "import json, sys; print(json.dumps([{'service': 'orders', 'stem': '1', 'sql': sys.stdin.read()}]))"


@pytest.fixture(autouse=True)
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Something waits to be read, as at a terminal."""
    file = tmp_path_factory.mktemp("typed") / "keys"
    file.write_text("typed\n")
    before, keys = os.dup(0), os.open(file, os.O_RDONLY)
    os.dup2(keys, 0)
    yield
    os.dup2(before, 0)
    os.close(before)
    os.close(keys)


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """Where the program `listener` writes what it reads."""
    listener = tmp_path / "bin" / "listener"
    listener.parent.mkdir()
    listener.write_text(f'#!/bin/sh\ncat >> "{tmp_path}/said"\necho out\necho error >&2\n')
    listener.chmod(0o755)
    return tmp_path / "said"


def described(*migrations: str) -> Description:
    program = Program("orders", ("x",), "/", {}, migrations=migrations)
    return Description("shop", "monolith", None, None, "var", (program,), "orders", None)


def recorded(project: Path, *migrations: str) -> list[Record]:
    return read_records(project, described(*migrations), lambda _: nullcontext())


def test_the_command_that_makes_secrets(tmp_path: Path) -> None:
    make_dotenv(tmp_path / ".env", [sys.executable, "-c", ECHO], tmp_path, os.environ)

    assert '"sql": ""' in (tmp_path / ".env").read_text()


def test_the_command_that_tells_which_migrations_ran(tmp_path: Path) -> None:
    assert recorded(tmp_path, "{python}", "-c", ECHO) == [Record("orders", "1", "")]


def test_the_installer(
    tmp_path: Path, said: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "locate", lambda _: str(tmp_path / "bin/listener"))
    (tmp_path / "requirements.lock").touch()

    prepare_environment(tmp_path, Environment("venv", "requirements.lock", "src"), lambda _: nullcontext())

    assert said.read_text() == ""
    assert capfd.readouterr() == ("", "")


def test_git(
    tmp_path: Path, said: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bin/listener").rename(tmp_path / "bin/git")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")

    assert first_commit(tmp_path)

    assert said.read_text() == ""
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("raise SystemExit(3)", "the database of orders cannot be read: it printed nothing"),
        ("raise SystemExit('\\n no disk \\n\\n')", "the database of orders cannot be read: no disk"),
        (f"raise SystemExit('{'x' * 400}')", f"the database of orders cannot be read: {'x' * 300}"),
        (
            "print('[{}]')",
            "the records in the database of orders cannot be read: Object missing required field",
        ),
    ],
)
def test_a_database_that_cannot_be_read_is_told_with_its_last_words(
    tmp_path: Path, script: str, message: str
) -> None:
    with pytest.raises(MachineError) as raised:
        recorded(tmp_path, "{python}", "-c", script)

    [problem] = raised.value.problems
    assert problem.code == "no-records"
    assert problem.message.startswith(message)
    assert len(problem.message) <= len("the database of orders cannot be read: ") + 300


def test_a_project_whose_databases_keep_nothing_is_told_to_be_synced(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        recorded(tmp_path)

    [problem] = raised.value.problems
    assert (problem.code, problem.path) == ("no-records", str(tmp_path))
    assert problem.hint == "update the project first: blueprint sync"
