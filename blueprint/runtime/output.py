"""What a process prints: read without blocking it, cut into lines."""

from __future__ import annotations

import asyncio
import os
from collections import deque

from blueprint.runtime.logs import Logs

TAIL_LINES = 20

_CHUNK = 65536
_MAX_LINE = 65536
_MAX_DRAINED_CHUNKS = 64  # what a process that is gone may leave in its pipe


class Output:
    """The reading end of the pipe of one process. The last lines are kept."""

    def __init__(self, name: str, pipe: int, logs: Logs) -> None:
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._name = name
        self._pipe = pipe
        self._logs = logs
        self._rest = b""
        self._open = True
        os.set_blocking(pipe, False)
        asyncio.get_running_loop().add_reader(pipe, self._read)

    def close(self) -> None:
        """Take what is still in the pipe, then let go of it."""
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
        self.tail.extend(texts)
        self._logs.add(self._name, texts)

    def _end(self) -> None:
        if not self._open:
            return
        self._open = False
        asyncio.get_running_loop().remove_reader(self._pipe)
        os.close(self._pipe)
        if self._rest:
            self._pass_on([self._rest])
