"""One question at a terminal, and the answer."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from blueprint.errors import Interrupted
from blueprint.printable import one_line

if TYPE_CHECKING:
    from blueprint.cli.console import Terminal


def answer_to(question: str, terminal: Terminal) -> str:
    """The line that somebody types. Raises Interrupted at the end of the input."""
    terminal.err.stream.write(f"{one_line(question)} ")
    terminal.err.stream.flush()
    line = sys.stdin.buffer.readline()
    if not line:
        raise Interrupted(signal.SIGINT)
    return line.decode(errors="replace").strip()
