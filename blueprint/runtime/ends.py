"""Exit codes and last lines of processes."""

from __future__ import annotations

import signal
from collections.abc import Iterable

from msgspec import Struct

from blueprint.errors import Problem, SystemFailed


class End(Struct, frozen=True):
    """A process that exited; without an exit code, one that did not become ready."""

    process: str
    exit_code: int | None
    last_lines: tuple[str, ...]

    @property
    def how(self) -> str:
        """`exit code 3`, `SIGSEGV`."""
        if self.exit_code is None:
            return "still running"
        if self.exit_code >= 0:
            return f"exit code {self.exit_code}"
        names = {number.value: number.name for number in signal.Signals}
        return names.get(-self.exit_code, f"signal {-self.exit_code}")

    @property
    def hint(self) -> str:
        """A hint at the cause."""
        return "its last lines are above" if self.last_lines else f"{self.process} printed nothing"


class ProcessFailed(SystemFailed):
    """The system failed because processes exited or did not become ready; the most likely cause is first."""

    def __init__(self, problems: Problem | Iterable[Problem], ends: tuple[End, ...]) -> None:
        super().__init__(problems)
        self.ends = ends


def refuse_failed_smoke(smoke: End, ends: tuple[End, ...]) -> None:
    """Raise ProcessFailed if the smoke test failed, or a process of the system exited during it.

    `ends` are those of the system. It was started again, so the smoke test may have passed all the same.
    """
    problems = [
        Problem("ended-in-smoke", f"{end.process} exited during the smoke test ({end.how})", end.hint)
        for end in ends
    ]
    if smoke.exit_code:
        problems.append(Problem("smoke-failed", f"the smoke test failed ({smoke.how})", smoke.hint))
    if problems:
        raise ProcessFailed(problems, (*ends, *([smoke] if smoke.exit_code else [])))
