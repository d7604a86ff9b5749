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

    def startable(self, recipe: Recipe) -> Path:
        """The same; `blueprint run` finds an environment there."""
        project = self.project(recipe)
        if not (link := project / ".blueprint/venv").exists():
            link.symlink_to(self._python(project, "requirements.lock").parents[1], target_is_directory=True)
        return project

    def run(
        self,
        recipe: Recipe,
        *command: str,
        pythonpath: str | None = None,
        stdin: str | None = None,
        **variables: str,
    ) -> str:
        """What a program of the project's locked environment prints; AssertionError if it fails."""
        return self.run_in(self.project(recipe), *command, pythonpath=pythonpath, stdin=stdin, **variables)

    def run_in(
        self,
        project: Path,
        *command: str,
        pythonpath: str | None = None,
        stdin: str | None = None,
        **more: str,
    ) -> str:
        """The same for a project in any folder."""
        program, *arguments = command
        python = self._python(project, "requirements-dev.lock")
        variables = process_variables(project / pythonpath if pythonpath else None) | more
        # Most of what mypy does is to read the libraries, which are the same for all.
        variables["MYPY_CACHE_DIR"] = str(self._folder / "mypy")
        return output([str(python.with_name(program)), *arguments], project, variables, stdin)

    def python(self, project: Path) -> str:
        """The Python of an environment that has all that a project in any folder needs."""
        return str(self._python(project, "requirements-dev.lock"))

    def _python(self, project: Path, lock: str) -> Path:
        locked = (project / lock).read_bytes()
        home = self._folder / f"environment-{hashlib.sha256(locked).hexdigest()[:16]}"
        home.mkdir(exist_ok=True)
        (home / lock).write_bytes(locked)
        return Path(prepare_environment(home, Environment("venv", lock, "src"), lambda _: nullcontext()))


def output(
    command: list[str], folder: Path, variables: Mapping[str, str] | None = None, stdin: str | None = None
) -> str:
    """What the command prints; AssertionError with the last that it said if it fails."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=variables,
        input=stdin or "",
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    said = (done.stdout + done.stderr)[-_SHOWN:]
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}, after\n{said}"
    return done.stdout
