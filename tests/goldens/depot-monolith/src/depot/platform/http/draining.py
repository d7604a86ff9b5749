"""Graceful shutdown: after SIGTERM a process accepts requests until load balancers notice that it is not ready."""

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from depot.platform.settings import Environment
from depot.platform.workflows.background import Loop


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Let SIGTERM end the process immediately inside the block, as it has no work to finish yet."""
    end_server = signal.getsignal(signal.SIGTERM)
    if not callable(end_server):
        yield
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, end_server)


class DrainSettings(Environment):
    drain_seconds: float = 0.0


class Drain:
    """Delays the shutdown of the server. `sources` bring in work, so they are stopped first."""

    def __init__(self, sources: Sequence[Loop]) -> None:
        self.begun = False
        self._sources = sources
        self._seconds = DrainSettings().drain_seconds
        self._stopping: asyncio.Task[None] | None = None

    @contextmanager
    def on_sigterm(self) -> Iterator[None]:
        """Handle SIGTERM inside the block. The server receives it after the delay, or at once if it is sent again."""
        end_server = signal.getsignal(signal.SIGTERM)
        if not callable(end_server):
            yield
            return
        loop = asyncio.get_running_loop()

        def begin() -> None:
            if self.begun:
                end_server(signal.SIGTERM, None)
            self.begun = True
            self._stopping = self._stopping or loop.create_task(self._stop_sources())
            loop.call_later(self._seconds, end_server, signal.SIGTERM, None)

        loop.add_signal_handler(signal.SIGTERM, begin)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGTERM)
            signal.signal(signal.SIGTERM, end_server)

    async def _stop_sources(self) -> None:
        for source in reversed(self._sources):
            await source.stop()
