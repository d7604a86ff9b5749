"""The `.env` file: made once, then read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from blueprint.errors import MachineError, Problem, SystemFailed


def make_dotenv(path: Path, command: Sequence[str], directory: Path, env: Mapping[str, str]) -> None:
    """Write the output of the command into a new file that only its owner can read.

    Raises:
        SystemFailed: the command failed.
        MachineError: the file cannot be written.
    """
    made = subprocess.run(
        command, cwd=directory, env=env, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    if made.returncode != 0:
        last = made.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        message = f"the command that makes {path.name} failed with exit code {made.returncode}: {last[0]}"
        raise SystemFailed(Problem("dotenv-failed", message))
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(made.stdout)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        problem = Problem("cannot-write", f"cannot write {path}: {error.strerror}", "check its permissions")
        raise MachineError(problem) from error


def read_dotenv(path: Path) -> dict[str, str]:
    """The KEY=VALUE lines of the file; comments, blank lines and quotes around a value are left out."""
    values: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        key, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not key.startswith("#"):
            values[key.strip()] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
