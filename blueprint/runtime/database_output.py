"""Programs of a project that print what its database holds, as JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence

from blueprint.errors import MachineError, Problem
from blueprint.runtime.captured import SECONDS, captured
from blueprint.runtime.launches import Launch


def printed_json(launch: Launch, command: Sequence[str]) -> object:
    """Return what the command prints, which runs with the variables of the process.

    Raises:
        MachineError: the database does not answer, or the output is no JSON.
    """
    try:
        done = captured(command, launch.directory, launch.env)
    except subprocess.TimeoutExpired as error:
        raise MachineError(_unreadable(launch, f"no answer after {SECONDS} seconds")) from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["it printed nothing"]
        raise MachineError(_unreadable(launch, said[-1].strip()[:300]))
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        hint = "bring the project up to date: blueprint sync"
        message = f"the records in the database of {launch.name} cannot be read: {error}"
        raise MachineError(Problem("no-records", message, hint)) from error


def _unreadable(launch: Launch, reason: str) -> Problem:
    message = f"the database of {launch.name} cannot be read: {reason}"
    return Problem("no-records", message, "check that the database is running and DATABASE_URL is right")
