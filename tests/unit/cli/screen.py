"""A terminal with the command line in it."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[3]
SECONDS = 90
PATIENCE = 6
"""Seconds in which a program can end: a key that comes while it does would end it in another way."""


QUIET = 0.1
"""Seconds without output after which a question is complete."""
ENTER, SPACE, DOWN, UP, ESCAPE = "\r", " ", "\x1b[B", "\x1b[A", "\x1b"
CONTROL_C, CONTROL_D, CONTROL_U = "\x03", "\x04", "\x15"
_ROWS = 60
PLAIN = {"NO_COLOR": "1"}


class Screen:
    """A terminal with the command line in it.

    `shown` is all that was written to it, `lines` what a user sees.
    """

    def __init__(
        self,
        folder: Path,
        words: tuple[str, ...],
        columns: int,
        rows: int = _ROWS,
        variables: Mapping[str, str] = PLAIN,
    ) -> None:
        self.shown = ""
        self._drawn = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._drawn)
        self._answered = 0
        self._decoder = getincrementaldecoder("utf-8")()
        self._keyboard, screen = os.openpty()
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "blueprint", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "", "TERM": "xterm", **variables},
            stdin=screen,
            stdout=screen,
            stderr=screen,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(screen)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._drawn.display]

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """The characters of each row, with their colours."""
        buffer, columns = self._drawn.buffer, range(self._drawn.columns)
        return [[buffer[row][column] for column in columns] for row in range(self._drawn.lines)]

    @property
    def question(self) -> str:
        """The last question on the screen, and all below it."""
        starts = [number for number, line in enumerate(self.lines) if line.startswith("? ")]
        return "\n".join(self.lines[starts[-1] :]).rstrip() if starts else ""

    def press(self, question: str, *keys: str) -> None:
        """Wait until this is the question, and press these keys."""
        self.wait(lambda: self.question.startswith(f"? {question}"))
        before = self.shown
        for key in keys:
            os.write(self._keyboard, key.encode())
            if key == ESCAPE:  # with what follows at once it would be another key
                time.sleep(2 * QUIET)
        self.wait(lambda: self.shown != before)

    @property
    def reads_lines(self) -> bool:
        """Whether the terminal hands over whole lines and shows what is typed, as a shell needs it."""
        flags = termios.tcgetattr(self._keyboard)[3]
        return bool(flags & termios.ICANON and flags & termios.ECHO)

    def terminate(self) -> int:
        """Send SIGTERM. The exit code."""
        self._process.terminate()
        return self._process.wait(SECONDS)

    def wait(self, condition: Callable[[], bool], seconds: float = SECONDS) -> None:
        """Until it holds, and nothing more is written."""
        deadline = time.monotonic() + seconds
        while self._read(QUIET) or not condition():
            is_over = time.monotonic() > deadline or self._process.poll() is not None
            assert not is_over or self._read(0) or condition(), "\n".join(self.lines)

    def answer(self, question: str, answer: str) -> None:
        """Wait for the question, the last thing on the screen, and type the answer."""
        deadline = time.monotonic() + SECONDS
        while not self.shown[self._answered :].endswith(question):
            is_over = time.monotonic() > deadline or self._process.poll() is not None
            assert not is_over or self._read(0), f"no {question!r} in {self.shown!r}"
            self._read(deadline - time.monotonic())
        self._answered = len(self.shown)
        os.write(self._keyboard, answer.encode())

    def leave(self, question: str, key: str) -> int:
        """Wait for the question, press the key, and press it again as long as that has no effect.

        A signal that comes in the moment before the program begins to read is seen when it has read.
        """
        self.answer(question, key)
        for _ in range(SECONDS // PATIENCE):
            try:
                return self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                os.write(self._keyboard, key.encode())
        raise AssertionError(f"{key!r} does not end it")

    def end(self) -> int:
        """The exit code, when all is on the screen."""
        deadline = time.monotonic() + SECONDS
        while self._read(deadline - time.monotonic()):
            pass
        return self._process.wait(SECONDS)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._keyboard)

    def _read(self, seconds: float) -> bool:
        """Whether there was more to see."""
        if not select.select([self._keyboard], [], [], max(seconds, 0))[0]:
            return False
        try:
            seen = os.read(self._keyboard, 65536)
        except OSError:  # how Linux says that the last program has left the terminal
            return False
        text = self._decoder.decode(seen)
        self._stream.feed(text)
        self.shown += text.replace("\r\n", "\n")
        return bool(seen)
