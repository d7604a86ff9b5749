"""One process in the foreground of the terminal: it reads from there, so that `breakpoint()` works."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from blueprint.errors import MachineError, Problem
from blueprint.runtime.description import Description
from blueprint.runtime.environment import Progress
from blueprint.runtime.guard import guarded
from blueprint.runtime.launches import Launch, Starting, wire
from blueprint.runtime.logs import Format
from blueprint.runtime.privacy import make_private, refuse_links
from blueprint.runtime.session import prepared

_CHUNK = 65536
_REST_SECONDS = 1.0


def run_in_foreground(
    project: Path,
    description: Description,
    starting: Starting,
    progress: Progress,
    on_started: Callable[[Launch], None],
    formatted: Format | None = None,
) -> int:
    """Run the one program of `starting` to its end; return its exit code, 128 + n where signal n ended it.

    With `formatted`, its log lines are shown in this format, and all else that it prints as it is.

    Raises:
        MachineError: something is missing, or the process is already running.
        ConflictError: a link is where the project stores its data.
    """
    refuse_links(project, description.data)
    with guarded(project, f"{description.data}/run", sorted(starting.programs)):
        python, variables = prepared(project, description, progress)
        launch = wire(description, project, python, variables, {}, starting).entry
        make_private(project, description.data)
        with _output_of(launch.name, formatted) as output:
            try:
                child = subprocess.Popen(launch.command, cwd=launch.directory, env=launch.env, stdout=output)
            except OSError as error:
                message = f"cannot start {launch.name}: {error.strerror} ({launch.command[0]})"
                raise MachineError(Problem("cannot-start", message)) from error
            with _signals_of(child):
                on_started(launch)
                code = child.wait()
        return code if code >= 0 else 128 - code


@contextmanager
def _output_of(name: str, formatted: Format | None) -> Iterator[int | None]:
    """The stdout of the child: that of this process, or, to format lines, another terminal or a pipe.

    A debugger edits its input line only if its output is a terminal, too.
    """
    if formatted is None:
        yield None
        return
    if os.isatty(1):
        reading, writing = pty.openpty()
        termios.tcsetwinsize(writing, termios.tcgetwinsize(1))
        attributes = termios.tcgetattr(writing)
        attributes[1] &= ~termios.OPOST  # the terminal behind it ends the lines
        termios.tcsetattr(writing, termios.TCSANOW, attributes)
    else:
        reading, writing = os.pipe()
    relay = threading.Thread(target=_relay, args=(reading, name, formatted), daemon=True)
    relay.start()
    try:
        yield writing
    finally:
        os.close(writing)
        relay.join(_REST_SECONDS)  # a descendant may keep it open


def _relay(reading: int, name: str, formatted: Format) -> None:
    """Write what is read to stdout at once, but a line that begins as JSON only when it is complete."""
    line = b""
    for chunk in _chunks(reading):
        for part in chunk.splitlines(keepends=True):
            line += part
            if not line.startswith(b"{"):
                _write(part)
            elif part.endswith(b"\n"):
                _write(f"{formatted(name, line.decode(errors='replace').rstrip())}\n".encode())
            if part.endswith(b"\n"):
                line = b""
    if line.startswith(b"{"):
        _write(line)


def _chunks(reading: int) -> Iterator[bytes]:
    with suppress(OSError):  # the last writer of a terminal has closed it
        while chunk := os.read(reading, _CHUNK):
            yield chunk
    os.close(reading)


def _write(content: bytes) -> None:
    while content:
        content = content[os.write(1, content) :]


@contextmanager
def _signals_of(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """The child ends the run. Ctrl-C reaches it from the terminal, other stop signals are passed on."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        signal.SIGTERM: signal.signal(signal.SIGTERM, pass_on),
        signal.SIGHUP: signal.signal(signal.SIGHUP, pass_on),
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
