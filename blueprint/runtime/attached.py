"""A program that uses the streams of this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from blueprint.errors import Interrupted, MachineError, Problem

_GRACE_SECONDS = 10.0
_KILLED = 128


def run_attached(
    command: Sequence[str], directory: Path, variables: Mapping[str, str], *, output: int | None = None
) -> int:
    """Run the command to its end and return its exit code; 128 and the number of a signal that ended it.

    `output` is the descriptor for its stdout, that of this process if left out. A stop signal is passed on,
    and the program has ten seconds to end.

    Raises:
        Interrupted: a signal stopped it.
        MachineError: the program cannot be started.
    """
    try:
        process = subprocess.Popen(command, cwd=directory, env=variables, stdout=output)
    except OSError as error:
        message = f"cannot start {command[0]}: {error.strerror}"
        raise MachineError(Problem("cannot-start", message)) from error
    try:
        code = process.wait()
    except Interrupted as stop:
        _end(process, stop.signum)
        raise
    return _KILLED - code if code < 0 else code


def _end(process: subprocess.Popen[bytes], signum: int) -> None:
    """End it. A terminal sends Ctrl-C to the program, too: a second one would cut its clean-up short."""
    if signum != signal.SIGINT or not _has_terminal():
        process.send_signal(signum)
    try:
        process.wait(_GRACE_SECONDS)
    except (subprocess.TimeoutExpired, Interrupted):
        process.kill()
        process.wait()


def _has_terminal() -> bool:
    """Whether this process is in the foreground of a terminal."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):
        return False
