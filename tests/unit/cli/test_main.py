"""One boundary: every end of a command is a few lines, an exit code and, for programs, one JSON object."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from blueprint.cli import main
from blueprint.errors import ConflictError, Problem
from blueprint.report.result import Result

Command = Callable[[Callable[[], Result]], None]
ENVELOPE = {"blueprint", "command", "status", "exit_code", "data", "errors"}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Replaces all commands by one, `go`, that does what the test says."""

    def replace(body: Callable[[], Result]) -> None:
        app = typer.Typer(rich_markup_mode=None)
        app.callback()(lambda: None)
        app.command("go")(body)
        monkeypatch.setattr(main, "app", app)

    return replace


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    content: dict[str, object] = json.loads(out)
    assert set(content) == ENVELOPE
    return content


def conflict() -> Result:
    raise ConflictError(
        [
            Problem("taken", "shop is not empty", "choose another name", "shop"),
            Problem("odd", "name is odd", None, "blueprint.yaml", 3, 7),
        ]
    )


def broken() -> Result:
    raise ZeroDivisionError("secret\nplan")


def test_a_result_is_one_json_object_with_sorted_keys(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    command(lambda: Result("go", "ok", data={"b": 1, "a": "ü"}))
    assert main.run(["go", "--json"]) == 0
    assert capsys.readouterr().out == (
        '{"blueprint": 1, "command": "go", "data": {"a": "ü", "b": 1}, "errors": [], '
        '"exit_code": 0, "status": "ok"}\n'
    )


def test_an_error_is_a_line_with_its_place_and_a_hint(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    command(conflict)
    assert main.run(["go"]) == 4
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.splitlines() == [
        "error: shop is not empty (shop)",
        "hint: choose another name",
        "error: name is odd (blueprint.yaml:3:7)",
    ]


def test_programs_get_all_errors(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    command(conflict)
    assert main.run(["--json", "go"]) == 4
    errors = answer(capsys)["errors"]
    assert isinstance(errors, list)
    assert errors[1] == {
        "code": "odd",
        "message": "name is odd",
        "hint": None,
        "path": "blueprint.yaml",
        "line": 3,
        "column": 7,
    }


@pytest.mark.parametrize(
    ("argv", "message", "hint"),
    [
        (["rnu"], "no such command 'rnu'", "did you mean 'run'?"),
        (["run", "--smok"], "no such option: --smok", "did you mean --smoke?"),
        (
            ["add-service", "reviews", "--event", "review.written"],
            "no such option: --event",
            "use --publishes or --consumes",
        ),
        (["sync", "a", "b"], "got unexpected extra argument(s) (b)", "see blueprint sync --help"),
        (["--color", "pink", "run"], "--color must be one of auto, always, never", None),
    ],
)
def test_a_usage_error_is_one_line_and_a_hint(
    capsys: pytest.CaptureFixture[str], argv: list[str], message: str, hint: str | None
) -> None:
    assert main.run(argv) == 2
    written = capsys.readouterr().err
    assert written == f"error: {message}\n" + (f"hint: {hint}\n" if hint else "")
    assert main.run([*argv, "--json"]) == 2
    assert answer(capsys)["status"] == "error"


def test_a_bug_is_one_line_and_a_file_for_its_owner(
    command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    command(broken)
    assert main.run(["go"]) == 70
    (crash,) = tmp_path.iterdir()
    assert (
        capsys.readouterr().err
        == f"error: this is a bug in blueprint: ZeroDivisionError\nhint: report it with {crash}\n"
    )
    assert "ZeroDivisionError" in crash.read_text()
    assert crash.stat().st_mode & 0o777 == 0o600


def test_a_bug_is_json_for_programs(
    command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    command(broken)
    assert main.run(["go", "--json"]) == 70
    assert answer(capsys)["exit_code"] == 70


def test_the_traceback_is_shown_on_request(
    command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("BLUEPRINT_DEBUG", "1")
    command(broken)
    main.run(["go"])
    assert "Traceback" in capsys.readouterr().err


def test_text_from_outside_reaches_the_terminal_without_its_tricks(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    def odd() -> Result:
        raise ConflictError(Problem("odd", "[red]a[/x] :smile: \x1b]0;title\x07\x1b[2Jb\nc", path="x/[id]/y"))

    command(odd)
    main.run(["go"])
    assert capsys.readouterr().err == "error: [red]a[/x] :smile: bc (x/[id]/y)\n"


def test_help_is_shown_when_nothing_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run([]) == 0
    assert "Commands:" in capsys.readouterr().out


def test_nothing_asked_is_an_error_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["--json"]) == 2
    assert answer(capsys)["status"] == "error"


def blueprint(script: str, stdout: int) -> subprocess.Popen[bytes]:
    """A new process with a command `go` whose body is the script."""
    program = (
        "import os, signal, sys, typer\n"
        "from blueprint.cli import main\n"
        "from blueprint.report.result import Result\n"
        "def go(context: typer.Context):\n"
        f"    {script}\n"
        "    return Result('go', 'ok')\n"
        "main.app.command('go')(go)\n"
        "main.main()\n"
    )
    package = Path(main.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(package)}
    return subprocess.Popen(
        [sys.executable, "-c", program, "go", "--json"],
        env=environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_is_answered_with_its_exit_code(number: int, code: int) -> None:
    process = blueprint(f"os.kill(os.getpid(), {number}); signal.pause()", stdout=subprocess.PIPE)
    out, err = process.communicate(timeout=20)
    assert process.returncode == json.loads(out)["exit_code"] == code
    assert err == b""


def test_closed_streams_are_no_error() -> None:
    package = Path(main.__file__).parents[2]
    command = f"exec {shlex.quote(sys.executable)} -m blueprint --version <&- >&- 2>&-"
    environment = {**os.environ, "PYTHONPATH": str(package)}
    assert subprocess.run(["sh", "-c", command], env=environment, check=False).returncode == 0


def test_a_reader_that_has_gone_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = blueprint("pass", stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 141
    assert err == b""
