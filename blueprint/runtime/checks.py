"""The tests and the checks of a project, in an environment of their own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from blueprint.errors import Problem, UsageError
from blueprint.runtime.attached import run_attached
from blueprint.runtime.description import FILE, Description
from blueprint.runtime.environment import Progress, prepare_environment, process_variables
from blueprint.runtime.placeholders import fill

_OPTIONS_WITH_VALUE = ("-k", "-m", "-p", "-o", "-c", "-W", "-r", "-n")
"""Short options of pytest, and of pytest-xdist, that take the next word as their value."""


class Check(Struct, frozen=True):
    """A command that has run, and the code it exited with."""

    name: str
    exit_code: int


class Bench(Struct, frozen=True):
    """A project with the Python of its development environment, and the variables its checks start with."""

    project: Path
    python: str
    variables: Mapping[str, str]

    def run(
        self, name: str, command: Sequence[str], arguments: Sequence[str] = (), output: int | None = None
    ) -> Check:
        """Run one command in the project's folder. Raises Interrupted, MachineError."""
        filled = [fill(part, {"python": self.python}) for part in command]
        code = run_attached([*filled, *arguments], self.project, self.variables, output=output)
        return Check(name, code)


def prepare_bench(project: Path, description: Description, progress: Progress) -> Bench:
    """Make the development environment from its lock if it is missing or out of date.

    Raises:
        UsageError: run.json does not say how the project is tested.
        MachineError: the environment cannot be made.
    """
    if not description.test:
        message = f"{FILE} does not say how this project is tested"
        raise UsageError(
            Problem("no-tests", message, "bring the project up to date: blueprint sync", str(project))
        )
    python, pythonpath = sys.executable, None
    if description.development:
        python = prepare_environment(project, description.development, progress)
        pythonpath = project / description.development.pythonpath
    return Bench(project, python, process_variables(pythonpath))


def relative_arguments(arguments: Sequence[str], current: Path, project: Path) -> list[str]:
    """The arguments, with paths that exist below the current folder written as seen from the project.

    A word that may be the value of an option stays, unless it looks like a path: `-k orders`.
    """
    if current == project:
        return list(arguments)
    pairs = zip(("", *arguments), arguments, strict=False)
    return [
        _seen_from(project, current, word) if _is_path(word, before, current) else word
        for before, word in pairs
    ]


def _is_path(word: str, before: str, current: Path) -> bool:
    name = word.partition("::")[0]
    if not name or name.startswith(("-", "/")) or not (current / name).exists():
        return False
    may_be_value = before in _OPTIONS_WITH_VALUE or (before.startswith("--") and "=" not in before)
    return not may_be_value or "/" in name or name.endswith(".py")


def _seen_from(project: Path, current: Path, word: str) -> str:
    name, separator, rest = word.partition("::")
    path = (current / name).resolve()
    shown = path.relative_to(project) if path.is_relative_to(project) else path
    return f"{shown}{separator}{rest}"
