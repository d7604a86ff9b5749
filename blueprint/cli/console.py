"""Two streams: data on stdout, messages on stderr. Colour only where it is wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, TextIO

from blueprint.errors import Problem
from blueprint.printable import lines, one_line, styled_lines
from blueprint.report.result import Result

ColorChoice = Literal["auto", "always", "never"]
COLOR_CHOICES: tuple[ColorChoice, ...] = ("auto", "always", "never")

_DEFAULT_COLUMNS = 80  # of a terminal that does not say its size
_STYLES = {"error": "1;31", "hint": "36", "strong": "1", "added": "32", "removed": "31", "hunk": "36"}


def wants_color(choice: ColorChoice, environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """The flag counts most, then NO_COLOR, FORCE_COLOR, TERM=dumb, and whether the stream is a terminal."""
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
        """How many characters fit into a line now; no limit where this is no terminal."""
        try:
            return os.get_terminal_size(self.stream.fileno()).columns or _DEFAULT_COLUMNS
        except OSError:
            return sys.maxsize

    def line(self, text: str = "", style: str | None = None) -> None:
        """Write one line; control characters in it are dropped."""
        self.write(self.styled(one_line(text), style))

    def labelled(self, label: str, text: str) -> None:
        """`label: text`, the label in the style of its name."""
        self.write(f"{self.styled(f'{label}:', label)} {one_line(text)}")

    def styled(self, text: str, style: str | None) -> str:
        """The text in this style, if the stream has colour."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if style and self.colored else text

    def write(self, text: str) -> None:
        """Write lines, and now. Nothing in them does more to a terminal than to colour it, if that."""
        text = styled_lines(text) if self.colored else lines(text)
        self.stream.write(text.encode(errors="backslashreplace").decode() + "\n")
        self.stream.flush()


class Terminal:
    """What a command talks to. With `json`, stdout holds one JSON object and nothing else."""

    def __init__(self, color: ColorChoice, *, json: bool) -> None:
        self.json = json
        self.answered = False
        self._out = Console(sys.stdout, color)
        self.err = Console(sys.stderr, color)

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer."""
        return not self.json and sys.stdin.isatty() and self.err.is_terminal

    def say(self, text: str = "", style: str | None = None) -> None:
        """A line of data for people."""
        if not self.json:
            self._out.line(text, style)

    @property
    def colored(self) -> bool:
        """Whether data may have colour."""
        return self._out.colored

    def show(self, text: str) -> None:
        """Data for people that is laid out already."""
        if not self.json:
            encoding = self._out.stream.encoding or "utf-8"
            self._out.write(text.encode(encoding, "replace").decode(encoding))

    def note(self, text: str) -> None:
        """A message beside the data."""
        self.err.line(text)

    def answer(self, result: Result) -> None:
        """The answer for programs; only the first one counts."""
        if self.json and not self.answered:
            self.answered = True
            self._out.write(result.to_json())

    def complain(self, problems: tuple[Problem, ...]) -> None:
        """All that is wrong, each with its hint."""
        for problem in problems:
            place = f" ({problem.place})" if problem.place else ""
            self.err.labelled("error", f"{problem.message}{place}")
            if problem.hint:
                self.err.labelled("hint", problem.hint)

    @contextmanager
    def progress(self, text: str) -> Iterator[None]:
        """Show that something takes a while."""
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
