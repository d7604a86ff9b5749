"""What `test` and `lint` do: run programs of the project's development environment."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from blueprint.cli.console import Terminal
from blueprint.report.result import Result
from blueprint.runtime.checks import Bench, Check, prepare_bench, relative_arguments
from blueprint.runtime.description import Description, read_description
from blueprint.workspace.project import find_project

_STDERR = 2


def run_tests(terminal: Terminal, directory: Path, arguments: Sequence[str]) -> Result:
    """Run the tests of the project around the directory; the exit code is that of pytest.

    Raises UsageError, SpecError, MachineError, Interrupted.
    """
    description, bench = _prepared(terminal, directory)
    current = Path(os.path.realpath(directory.expanduser()))
    words = relative_arguments(arguments, current, bench.project)
    check = bench.run("pytest", description.test, words, _output(terminal))
    return _result("test", (check,))


def run_checks(terminal: Terminal, directory: Path) -> Result:
    """Run every check of the project; the exit code is that of the first one that fails.

    Raises UsageError, SpecError, MachineError, Interrupted.
    """
    description, bench = _prepared(terminal, directory)
    checks = []
    for name, command in description.lint.items():
        terminal.err.line(name, "strong")
        checks.append(bench.run(name, command, output=_output(terminal)))
    if failed := [check.name for check in checks if check.exit_code]:
        terminal.note(f"failed: {', '.join(failed)}")
    return _result("lint", checks)


def _prepared(terminal: Terminal, directory: Path) -> tuple[Description, Bench]:
    root = find_project(directory)
    description = read_description(root)
    return description, prepare_bench(root, description, terminal.progress)


def _output(terminal: Terminal) -> int | None:
    """With --json, stdout is for the answer."""
    return _STDERR if terminal.json else None


def _result(command: str, checks: Sequence[Check]) -> Result:
    code = next((check.exit_code for check in checks if check.exit_code), 0)
    data = {"checks": [{"name": check.name, "exit_code": check.exit_code} for check in checks]}
    return Result(command, "failed" if code else "ok", code, data)
