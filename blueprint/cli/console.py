"""Data on stdout, messages on stderr, with optional colour."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, TextIO

from blueprint.errors import Problem
from blueprint.printable import lines, one_line, styled_lines
from blueprint.report.result import Result

ColorChoice = Literal["auto", "always", "never"]
COLOR_CHOICES: tuple[ColorChoice, ...] = ("auto", "always", "never")

_DEFAULT_COLUMNS = 80  # for a terminal of unknown size
_STYLES = {"error": "1;31", "hint": "36", "strong": "1", "added": "32", "removed": "31", "hunk": "36"}


def wants_color(choice: ColorChoice, environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Check the flag first, then NO_COLOR, FORCE_COLOR, TERM=dumb, and whether the stream is a terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM") != "dumb"


class Console:
    """One stream."""

    def __init__(self, stream: TextIO, choice: ColorChoice) -> None:
        self.stream = stream
        self.is_terminal = stream.isatty()
        self.colored = wants_color(choice, os.environ, is_terminal=self.is_terminal)

    @property
    def columns(self) -> int:
        """The current width of the terminal; unlimited if it is not a terminal."""
        try:
            return os.get_terminal_size(self.stream.fileno()).columns or _DEFAULT_COLUMNS
        except OSError:
            return sys.maxsize

    def line(self, text: str = "", style: str | None = None) -> None:
        """Write one line without control characters."""
        self.write(self.styled(one_line(text), style))

    def labelled(self, label: str, text: str) -> None:
        """`label: text`, the label in the style of its name."""
        self.write(f"{self.styled(f'{label}:', label)} {one_line(text)}")

    def styled(self, text: str, style: str | None) -> str:
        """The text in this style, if the stream supports colour."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if style and self.colored else text

    def write(self, text: str) -> None:
        """Write lines and flush. Control characters other than colours are removed."""
        text = styled_lines(text) if self.colored else lines(text)
        self.stream.write(text.encode(errors="backslashreplace").decode() + "\n")
        self.stream.flush()


class Terminal:
    """The input and output of a command. With `json`, stdout gets exactly one JSON object."""

    def __init__(self, color: ColorChoice, *, json: bool) -> None:
        self.json = json
        self.answered = False
        self.out = Console(sys.stdout, color)
        self.err = Console(sys.stderr, color)

    @property
    def can_ask(self) -> bool:
        """Whether the command can ask questions, in a terminal that can move its cursor."""
        is_terminal = sys.stdin.isatty() and self.err.is_terminal
        return not self.json and is_terminal and os.environ.get("TERM") != "dumb"

    def say(self, text: str = "", style: str | None = None) -> None:
        """Print a line of data for humans."""
        if not self.json:
            self.out.line(text, style)

    def stream(self, result: Result) -> None:
        """One of many answers for programs, each on a line."""
        if self.json:
            self.answered = True
            self.out.write(result.to_json())

    @property
    def width(self) -> int | None:
        """Columns of the terminal that data goes to; None where it goes elsewhere."""
        if not self.out.is_terminal:
            return None
        return shutil.get_terminal_size().columns

    @property
    def colored(self) -> bool:
        """Whether data is printed with colour."""
        return self.out.colored

    def show(self, text: str) -> None:
        """Print formatted data for humans."""
        if not self.json:
            encoding = self.out.stream.encoding or "utf-8"
            self.out.write(text.encode(encoding, "replace").decode(encoding))

    def note(self, text: str) -> None:
        """Print a message to stderr."""
        self.err.line(text)

    def answer(self, result: Result) -> None:
        """Print the JSON result; later calls are ignored."""
        if self.json and not self.answered:
            self.answered = True
            self.out.write(result.to_json())

    def complain(self, problems: tuple[Problem, ...]) -> None:
        """Print all errors with their hints."""
        for problem in problems:
            location = f" ({problem.location})" if problem.location else ""
            self.err.labelled("error", f"{problem.message}{location}")
            if problem.hint:
                self.err.labelled("hint", problem.hint)

    @contextmanager
    def progress(self, text: str) -> Iterator[None]:
        """Show progress of a long operation."""
        if not self.err.is_terminal:
            self.err.line(text)
            yield
            return
        from rich.console import Console as RichConsole

        console = RichConsole(
            file=self.err.stream, no_color=not self.err.colored, markup=False, highlight=False, emoji=False
        )
        with console.status(text):
            yield
