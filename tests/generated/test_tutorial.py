"""A newcomer who types what the tutorial shows sees what it says."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PAGE = (Path(__file__).parents[2] / "docs/tutorial.md").read_text("utf-8")
STEP = re.compile(r"^```(sh|yaml|python|text) ?(\S*)\n(.*?)^```|(Press Ctrl-C)", re.MULTILINE | re.DOTALL)
PORT = "8000"
"""The port in the tutorial; the test takes a free one."""
READY = "its API at"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
CHANGING = re.compile(r"\d\d:\d\d:\d\d\.\d{3} |[0-9.]+(?= m?s\b)|[0-9a-f]{8}$", re.MULTILINE)
"""Times, durations and traces."""
COLUMNS = 80
SECONDS = 240


class Terminal:
    """A command at a terminal of 80 columns, until Ctrl-C."""

    def __init__(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._side, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
        )
        os.close(other)
        self._content = b""
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):  # the terminal has no writer any more
            while chunk := os.read(self._side, 65536):
                self._content += chunk

    @property
    def text(self) -> str:
        return COLOURS.sub("", self._content.decode(errors="replace").replace("\r\n", "\n"))

    def wait_for(self, *lines: str) -> None:
        """Wait until the terminal shows all lines, whatever their times, durations and traces are."""
        deadline = time.monotonic() + SECONDS
        while missing := [line for line in lines if line not in steady(self.text)]:
            assert self._process.poll() is None, self.text
            assert time.monotonic() < deadline, f"{missing} is missing in\n{self.text}"
            time.sleep(0.05)

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(SECONDS)
        self._reader.join(SECONDS)
        os.close(self._side)


def steady(text: str) -> str:
    """The text without what differs between two runs."""
    return CHANGING.sub("", text)


def steps(port: str) -> Iterator[tuple[str, str, str]]:
    """What the page says to do and to see: the kind of a block, its file or terminal, and its content."""
    for kind, name, text, interrupt in STEP.findall(PAGE):
        yield ("ctrl-c", "", "") if interrupt else (kind, name, text.replace(f":{PORT}", f":{port}"))


def run(commands: str, folder: Path, environment: Mapping[str, str]) -> str:
    """What the commands print to stdout."""
    done = subprocess.run(
        ["bash", "-euc", commands],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, (
        f"{commands}\nends with {done.returncode}, after\n{done.stdout}\n{done.stderr}"
    )
    return done.stdout


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


@pytest.mark.long
def test_the_tutorial_works_word_for_word(tmp_path: Path, port: str) -> None:
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "PORT": port}
    terminal: Terminal | None = None
    output = ""
    try:
        for kind, name, text in steps(port):
            if kind == "ctrl-c" and terminal:
                terminal.interrupt()
            elif kind == "sh" and name:
                terminal = Terminal(text.split(), tmp_path, environment)
                terminal.wait_for(READY)
            elif kind == "sh":
                output = run(text, tmp_path, environment)
            elif kind == "text" and name and terminal:
                terminal.wait_for(*steady(text).splitlines())
            elif kind == "text":
                assert [line.rstrip() for line in output.splitlines()] == text.splitlines()
            else:
                (tmp_path / name).write_text(text)
    finally:
        if terminal:
            terminal.interrupt()
    assert terminal is not None
    assert "letter written to Ada" in terminal.text
    assert max(map(len, terminal.text.splitlines())) <= COLUMNS
