"""Everything that can go wrong, each with its exit code.

    BlueprintError
     ├─ UsageError        2   the command line is invalid
     ├─ SpecError         3   blueprint.yaml, or a file to become one, is invalid
     ├─ ConflictError     4   a conflict with the user's files or data, which the user must resolve
     ├─ MachineError      5   the environment prevents the command: disk, permissions, a missing tool, a port
     └─ SystemFailed      6   a started system did not become ready, or failed its smoke test

An error contains one or more `Problem`s, which are all reported at once.

`Interrupted` is not an error, because the user requested it.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One error: what, where, and what to do next.

    `code` is a stable kebab-case id (`unknown-key`), `message` one lower-case line without a full stop,
    `hint` the one thing to do, `line` and `column` count from 1.
    """

    code: str
    message: str
    hint: str | None = None
    path: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def location(self) -> str | None:
        """The location, such as `blueprint.yaml:14:11`, as far as it is known."""
        if self.path is None:
            return None
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


class BlueprintError(Exception):
    """Expected failures. The command layer turns them into lines on stderr and an exit code."""

    exit_code: ClassVar[int] = 70

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class UsageError(BlueprintError):
    """The command line is invalid."""

    exit_code = 2


class SpecError(BlueprintError):
    """The spec is invalid."""

    exit_code = 3


class ConflictError(BlueprintError):
    """The command conflicts with the user's files or data."""

    exit_code = 4


class MachineError(BlueprintError):
    """The environment prevents the command."""

    exit_code = 5


class SystemFailed(BlueprintError):
    """A started system failed."""

    exit_code = 6


class Interrupted(BaseException):
    """A signal requested a stop. `finished`: the work was completed; otherwise it was rolled back.

    Not a KeyboardInterrupt, because that leaves an event loop before its tasks have cleaned up.
    """

    def __init__(self, signum: int, finished: bool = False) -> None:
        self.signum = signum
        self.finished = finished
        super().__init__(f"stopped by {signal.Signals(signum).name}")
