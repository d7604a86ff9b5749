"""Isolate cookiecutter: redirect temporary files, modules and streams, and restore them afterwards."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from rich import get_console

from blueprint.errors import Interrupted
from blueprint.printable import styled_lines


@contextmanager
def temporary_files_in(scratch: str) -> Iterator[None]:
    """Redirect temporary files, because cookiecutter leaves executed hooks behind."""
    before, tempfile.tempdir = tempfile.tempdir, scratch
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def modules_of(folder: Path) -> Iterator[None]:
    """Allow imports of the template's own extensions."""
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


class _Printable:
    """A stream that removes control characters other than colours from questions."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(styled_lines(text))

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@contextmanager
def speaking_on_stderr() -> Iterator[None]:
    """Redirect questions and the output of hooks to stderr: stdout is for the command's result."""
    sys.stdout.flush()
    stdout = os.dup(1)
    console = get_console()
    file = console.file
    try:
        os.dup2(2, 1)
        console.file = cast(IO[str], _Printable(file))
        yield
    except EOFError:
        raise Interrupted(signal.SIGINT) from None
    finally:
        sys.stdout.flush()
        console.file = file
        os.dup2(stdout, 1)
        os.close(stdout)
