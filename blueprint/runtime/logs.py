"""Combine the logs of many processes into one stream."""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from collections.abc import Callable, Container, Iterable

Format = Callable[[str, str], str]

OWN_NAME = "blueprint"

_MAX_WAITING = 4_000_000  # characters
_CLOSING_SECONDS = 1.0


class Logs:
    """Writes lines in the background, so that a slow or stopped reader blocks no process.

    If too many lines are queued, the rest are dropped, and their number is logged. The file descriptor is
    written
    without Python's own buffer, whose lock a stuck thread would keep beyond the end of the program.
    """

    def __init__(self, descriptor: int, formatted: Format, hidden: Container[str] = ()) -> None:
        self._descriptor = descriptor
        self._format = formatted
        self._hidden = hidden
        self._waiting: deque[str] = deque()
        self._size = 0
        self._left_out = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._write, name="logs", daemon=True)
        self._thread.start()

    def add(self, name: str, lines: Iterable[str]) -> None:
        """Pass on lines of a process, unless it is hidden."""
        if name in self._hidden:
            return
        texts = [self._format(name, line) + "\n" for line in lines]
        with self._changed:
            for text in texts:
                if self._size > _MAX_WAITING:
                    self._left_out += 1
                    continue
                self._waiting.append(text)
                self._size += len(text)
            self._changed.notify()

    def note(self, text: str) -> None:
        """Log a message about the processes."""
        self.add(OWN_NAME, [text])

    def close(self) -> None:
        """Write the queued lines, unless the reader is stuck."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(_CLOSING_SECONDS)

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if not self._waiting:
                    return
                texts = list(self._waiting)
                if self._left_out:
                    texts.append(self._format(OWN_NAME, f"{self._left_out} lines left out") + "\n")
                self._waiting.clear()
                self._size = self._left_out = 0
            try:
                self._write_all("".join(texts).encode(errors="replace"))
            except OSError:
                return  # the reader has closed the stream; the processes continue

    def _write_all(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # another program with this terminal open may have changed its mode
                select.select([], [self._descriptor], [])
