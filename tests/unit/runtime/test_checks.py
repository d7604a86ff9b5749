"""Arguments for pytest reach it from any folder of the project, and its end is the end of the command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from blueprint.runtime.attached import run_attached
from blueprint.runtime.checks import relative_arguments


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path in ("src/orders/test_orders.py", "tests/test_all.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["orders"], ["src/orders"]),
        (["orders/test_orders.py::test_a"], ["src/orders/test_orders.py::test_a"]),
        (["../tests/test_all.py"], ["tests/test_all.py"]),
        (["-k", "orders"], ["-k", "orders"]),
        (["-x", "orders"], ["-x", "src/orders"]),
        (["-m", "orders", "orders"], ["-m", "orders", "src/orders"]),
        (["--ignore", "orders/test_orders.py"], ["--ignore", "src/orders/test_orders.py"]),
        (["--maxfail", "3", "nothing.py"], ["--maxfail", "3", "nothing.py"]),
        (["."], ["src"]),
        ([], []),
    ],
)
def test_paths_are_those_of_the_current_folder(words: list[str], expected: list[str], project: Path) -> None:
    assert relative_arguments(words, project / "src", project) == expected
    assert relative_arguments(words, project, project) == words


@pytest.mark.parametrize(
    ("code", "expected"),
    [("pass", 0), ("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", 137)],
)
def test_the_exit_code_is_that_of_the_program(code: str, expected: int, tmp_path: Path) -> None:
    assert run_attached([sys.executable, "-c", code], tmp_path, os.environ) == expected


PROGRAM = """\
import pathlib, signal, time

signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    pathlib.Path("begun").touch()
    time.sleep(60)
finally:
    pathlib.Path("ended").touch()
"""
COMMAND = """\
import os, sys
from pathlib import Path
from blueprint.errors import Interrupted
from blueprint.runtime.attached import run_attached
from blueprint.runtime.interruption import raise_on_stop_signals

raise_on_stop_signals()
try:
    run_attached([sys.executable, "program.py"], Path.cwd(), os.environ)
except Interrupted as stop:
    sys.exit(128 + stop.signum)
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_program_before_the_command(number: int, code: int, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 20
        while not (tmp_path / "begun").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(20) == code
    assert (tmp_path / "ended").exists()
