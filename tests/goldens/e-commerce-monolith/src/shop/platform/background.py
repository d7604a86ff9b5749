"""What works in the background of a process, beside its requests."""

import asyncio
from abc import ABC, abstractmethod


class Loop(ABC):
    """Does `_run` until it is stopped."""

    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def alive(self) -> bool:
        return self._task is not None and not self._task.done()

    @abstractmethod
    async def _run(self) -> None: ...
