"""What works in the background of a process, beside its requests."""

import asyncio
from abc import ABC, abstractmethod

AGAIN = 5.0
"""Seconds after which what does not end is told so again."""


class Loop(ABC):
    """Does `_run` until it is stopped."""

    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """What `_run` waits for may swallow a cancellation, as `asyncio.wait_for` does at times before Python 3.12."""
        if self._task is None:
            return
        while not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=AGAIN)
        await asyncio.gather(self._task, return_exceptions=True)

    @property
    def alive(self) -> bool:
        return self._task is not None and not self._task.done()

    @abstractmethod
    async def _run(self) -> None: ...
