"""What is around cookiecutter while it works: temporary files, modules and streams, as before afterwards."""

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
    """Cookiecutter leaves the programs that it has run where temporary files are."""
    before, tempfile.tempdir = tempfile.tempdir, scratch
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def modules_of(folder: Path) -> Iterator[None]:
    """A template can bring extensions of its own, as modules."""
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


class _Printable:
    """A stream to which a template's questions can bring no more than colours."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(styled_lines(text))

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@contextmanager
def speaking_on_stderr() -> Iterator[None]:
    """Questions, and what programs of the template say, are messages: stdout is for the command's answer."""
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
