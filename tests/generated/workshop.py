"""Projects on the disk, with the environments that their locks describe."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from blueprint.runtime.description import Environment
from blueprint.runtime.environment import prepare_environment, process_variables
from tests.generated.recipes import Recipe, write

_LOCK = "requirements-dev.lock"
_SECONDS = 280
_SHOWN = 6000


class Workshop:
    """Writes each project once, into `folder`; projects with the same lock share an environment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def project(self, recipe: Recipe) -> Path:
        """The project's folder."""
        folder = self._folder / str(recipe)
        if not folder.exists():
            write(recipe, folder)
        return folder

    def run(self, recipe: Recipe, *command: str, pythonpath: str | None = None) -> str:
        """What a program of the project's locked environment prints; AssertionError if it fails."""
        return self.run_in(self.project(recipe), *command, pythonpath=pythonpath)

    def run_in(self, project: Path, *command: str, pythonpath: str | None = None) -> str:
        """The same for a project in any folder."""
        program, *arguments = command
        python = self._python(project)
        variables = process_variables(project / pythonpath if pythonpath else None)
        # Most of what mypy does is to read the libraries, which are the same for all.
        variables["MYPY_CACHE_DIR"] = str(self._folder / "mypy")
        return output([str(python.with_name(program)), *arguments], project, variables)

    def _python(self, project: Path) -> Path:
        lock = hashlib.sha256((project / _LOCK).read_bytes()).hexdigest()
        wanted = Environment(str(self._folder / f"environment-{lock[:16]}"), _LOCK, "src")
        return Path(prepare_environment(project, wanted, lambda _: nullcontext()))


def output(command: list[str], folder: Path, variables: Mapping[str, str] | None = None) -> str:
    """What the command prints; AssertionError with the last that it said if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    said = (done.stdout + done.stderr)[-_SHOWN:]
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}, after\n{said}"
    return done.stdout
