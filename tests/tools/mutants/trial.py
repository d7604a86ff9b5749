"""A copy of the tree, and processes in it that run tests: the checkout itself is never changed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.tools.mutants.mutations import Mutant

ROOT = Path(__file__).parents[3]
PARTS = ("blueprint", "templates", "tests", "docs", ".ci", "pyproject.toml", "README.md", ".gitignore")
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".*_cache", "node_modules")
_PASSED, _NO_TESTS = 0, 5


@dataclass(frozen=True, slots=True)
class Trial:
    """How the tests ended: `outcome` is "passed", "failed" or "timeout"; `by` is the first that failed."""

    outcome: str
    by: str
    seconds: float


class Copy:
    """The tree in a folder of its own. `run` starts pytest there, in a child that has its imports already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
            options = {"ignore": _NOT_COPIED, "symlinks": True} if copy is shutil.copytree else {}
            copy(ROOT / part, folder / part, **options)

    def run(self, arguments: Sequence[str], timeout: float, **variables: str) -> Trial:
        """One run of pytest; it is stopped, with all that it has started, after so many seconds."""
        start, log = time.monotonic(), self.folder / "pytest.log"
        child = os.fork()
        if child == 0:
            self._become_pytest(arguments, log, variables)
        try:
            is_over = _wait(child, start + timeout)
        finally:
            # Before it is reaped, no other process can have its number.
            _stop(child)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        outcome = ("passed" if code in (_PASSED, _NO_TESTS) else "failed") if is_over else "timeout"
        by = _first_failure(log.read_text("utf-8", "replace")) if outcome == "failed" else ""
        return Trial(outcome, by, round(time.monotonic() - start, 2))

    def try_mutant(self, mutant: Mutant, tests: Sequence[str], timeout: float) -> Trial:
        """The tests with the fault in its place, until one of them fails."""
        file = self.folder / mutant.path
        source, status = file.read_bytes(), file.stat()
        file.write_bytes(mutant.apply(source))
        try:
            names = self.folder / "tests.txt"
            names.write_text("\n".join(tests), "utf-8")
            files = dict.fromkeys(test.partition("::")[0] for test in tests)
            options = ["-x", "-p", "no:cacheprovider", "-p", "tests.tools.mutants.choosing"]
            trial = self.run([*options, *files], timeout, MUTANTS_TESTS=str(names))
        finally:
            file.write_bytes(source)
            os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        # What is parametrised may hold what pytest puts between the name of a test and its message.
        named = [test for test in tests if trial.by and test.startswith(trial.by)]
        return trial if trial.by in tests or len(named) != 1 else replace(trial, by=named[0])

    def _become_pytest(self, arguments: Sequence[str], log: Path, variables: dict[str, str]) -> None:
        code = 70
        try:
            os.setsid()
            out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(out, 1)
            os.dup2(out, 2)
            os.fchdir(os.open(self.folder, os.O_RDONLY))
            self._settle(variables)
            code = _pytest(arguments)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _settle(self, variables: dict[str, str]) -> None:
        """The copy comes first wherever code is looked for, also by what the tests start."""
        for name in [name for name in sys.modules if name.partition(".")[0] in ("tests", "blueprint")]:
            del sys.modules[name]
        sys.path[:] = [str(self.folder), *(each for each in sys.path if each not in ("", str(ROOT)))]
        scratch = self.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        # A changed file must not be taken for the compiled one, nor leave one behind.
        sys.dont_write_bytecode = True
        os.environ.update(
            PYTHONPATH=str(self.folder),
            PYTHONDONTWRITEBYTECODE="1",
            XDG_CACHE_HOME=str(scratch),
            HYPOTHESIS_STORAGE_DIRECTORY=str(scratch / "hypothesis"),
            HYPOTHESIS_PROFILE="fixed",
            **variables,
        )
        os.environ.pop("CI", None)


def preload() -> None:
    """Import once what every run of pytest needs and no mutant changes."""
    import hypothesis  # noqa: F401
    import jinja2  # noqa: F401
    import msgspec  # noqa: F401
    import pytest  # noqa: F401
    import rich.console  # noqa: F401
    import typer  # noqa: F401
    import yaml  # noqa: F401


def _pytest(arguments: Sequence[str]) -> int:
    import pytest

    # What was imported before the fork need not be rewritten: it asserts nothing for the tests.
    quiet = ("-n", "0", "-q", "--no-header", "--tb=line", "-W", "ignore:Module already imported")
    return int(pytest.main([*quiet, *arguments]))


def _wait(child: int, until: float) -> bool:
    """Whether the child has ended by then."""
    pause = 0.01
    while time.monotonic() < until:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return True
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)
    return False


def _stop(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _first_failure(log: str) -> str:
    for line in log.splitlines():
        if line.startswith(("FAILED ", "ERROR ")):
            return line.partition(" ")[2].partition(" - ")[0]
    return "it cannot be imported or collected"
