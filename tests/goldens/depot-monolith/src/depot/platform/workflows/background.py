"""Background loops of a process."""

import asyncio
from abc import ABC, abstractmethod

CANCEL_INTERVAL = 5.0
"""Seconds between two attempts to cancel a task."""


class Loop(ABC):
    """Runs `_run` until it is stopped."""

    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Cancel repeatedly: before Python 3.12, `asyncio.wait_for` can swallow a cancellation."""
        if self._task is None:
            return
        while not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=CANCEL_INTERVAL)
        await asyncio.gather(self._task, return_exceptions=True)

    @property
    def alive(self) -> bool:
        return self._task is not None and not self._task.done()

    def obstacle(self, routed: bool) -> str:  # noqa: ARG002, for loops that depend on it
        """Return what keeps the process from being ready although it accepts requests; empty if nothing does.

        `routed` is whether HAProxy has found that it accepts requests.
        """
        return ""

    @abstractmethod
    async def _run(self) -> None: ...
