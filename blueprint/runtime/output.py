"""Read the output of a process line by line without blocking it."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Iterator

from blueprint.runtime.logs import Logs

TAIL_LINES = 20
RECENT_LINES = 300  # a traceback through a web framework has about a hundred

_TRACEBACK = "Traceback (most recent call last):"
_CHUNK = 65536
_MAX_LINE = 65536
_MAX_DRAINED_CHUNKS = 64  # maximum remains in the pipe of an exited process


class Output:
    """The reading end of a process's pipe. Keeps the last lines."""

    def __init__(self, name: str, pipe: int, logs: Logs) -> None:
        self.recent: deque[str] = deque(maxlen=RECENT_LINES)
        self._name = name
        self._pipe = pipe
        self._logs = logs
        self._rest = b""
        self._traceback: list[str] = []
        self._open = True
        os.set_blocking(pipe, False)
        asyncio.get_running_loop().add_reader(pipe, self._read)

    @property
    def tail(self) -> list[str]:
        """The last lines, as many as are shown with an error."""
        return list(self.recent)[-TAIL_LINES:]

    def close(self) -> None:
        """Read the rest of the pipe, then close it."""
        for _ in range(_MAX_DRAINED_CHUNKS):
            if not self._open or not self._read():
                break
        self._end()

    def _read(self) -> bool:
        try:
            chunk = os.read(self._pipe, _CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self._end()
            return False
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > _MAX_LINE:
            lines.append(self._rest)
            self._rest = b""
        self._pass_on(lines)
        return True

    def _pass_on(self, lines: list[bytes]) -> None:
        texts = [line.decode(errors="replace").rstrip("\r") for line in lines]
        self.recent.extend(texts)
        self._logs.add(self._name, self._joined(texts))

    def _joined(self, lines: list[str]) -> Iterator[str]:
        """The lines, but each traceback as one text: from its first line to that of the exception."""
        for line in lines:
            if not self._traceback and line != _TRACEBACK:
                yield line
                continue
            is_complete = bool(self._traceback) and line != "" and not line.startswith(" ")
            self._traceback.append(line)
            if is_complete or len(self._traceback) == RECENT_LINES:
                yield self._take_traceback()

    def _take_traceback(self) -> str:
        text = "\n".join(self._traceback)
        self._traceback.clear()
        return text

    def _end(self) -> None:
        if not self._open:
            return
        self._open = False
        asyncio.get_running_loop().remove_reader(self._pipe)
        os.close(self._pipe)
        if self._rest:
            self._pass_on([self._rest])
        if self._traceback:
            self._logs.add(self._name, [self._take_traceback()])
