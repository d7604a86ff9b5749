"""Everything that can go wrong, each with its exit code.

    BlueprintError
     ├─ UsageError        2   the command line does not fit
     ├─ SpecError         3   blueprint.yaml (or what was to become one) is not valid
     ├─ ConflictError     4   something of the user's is in the way: only the user can decide
     ├─ MachineError      5   disk, permission, missing tool, port: the environment does not allow it
     └─ SystemFailed      6   a started system did not come up, or did not do what it should

An error holds one or more `Problem`s: all that is wrong is said at once.

`Interrupted` is none of these: somebody asked for it.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, and what to do next.

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
    def place(self) -> str | None:
        """`blueprint.yaml:14:11`, as far as it is known."""
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
    """The command line does not fit."""

    exit_code = 2


class SpecError(BlueprintError):
    """The spec is not valid."""

    exit_code = 3


class ConflictError(BlueprintError):
    """Something of the user's is in the way."""

    exit_code = 4


class MachineError(BlueprintError):
    """The environment does not allow it."""

    exit_code = 5


class SystemFailed(BlueprintError):
    """A started system failed."""

    exit_code = 6


class Interrupted(BaseException):
    """A signal asked to stop. `finished` tells whether the work was complete by then, or else undone.

    Not a KeyboardInterrupt, since that one leaves an event loop before its tasks have cleaned up.
    """

    def __init__(self, signum: int, finished: bool = False) -> None:
        self.signum = signum
        self.finished = finished
        super().__init__(f"stopped by {signal.Signals(signum).name}")
