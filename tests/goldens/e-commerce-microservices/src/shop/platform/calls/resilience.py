"""A dependency that is slow or gone does not take its callers down with it: deadlines, limits, a circuit breaker."""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from shop.platform.workflows.tasks import Unavailable

AT_ONCE = 32
"""Calls to one dependency at a time."""
QUEUE = 0.25
"""Seconds to wait for one of these to end."""
FAILURES = 5
"""Calls in a row without an answer, after which no more are made for a while."""
PAUSE = 2.0
"""Seconds of that while, at most. Then one call finds out whether there is an answer again."""
RETRIES = 10.0
"""Second tries in store. Each call puts a tenth of one there: more than that do not help who is overloaded."""

_end: ContextVar[float] = ContextVar("end", default=math.inf)


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """Let nothing inside take longer, nor longer than a deadline around this one. Raises TimeoutError."""
    token = _end.set(min(_end.get(), time.monotonic() + seconds))
    try:
        async with asyncio.timeout(seconds_left()):
            yield
    finally:
        _end.reset(token)


def seconds_left() -> float:
    """How long whoever asked for this still waits."""
    return _end.get() - time.monotonic()


class Dependency:
    """One service that this process asks."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._free = asyncio.Semaphore(AT_ONCE)
        self._failures, self._closed_until, self._retries = 0, 0.0, RETRIES

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Make a call inside; Unavailable is what counts as no answer. Raises it at once where a call is no use."""
        try:
            async with asyncio.timeout(QUEUE):
                await self._free.acquire()
        except TimeoutError:
            raise Unavailable(f"{self._name} has {AT_ONCE} calls to answer", retry_after=QUEUE) from None
        try:
            self._admit()
            yield
            self._failures = 0
        except Unavailable:
            self._failures += 1
            raise
        finally:
            self._free.release()

    def may_retry(self) -> bool:
        """Whether a second try would be one of few. It counts as made."""
        if self._retries < 1:
            return False
        self._retries -= 1
        return True

    def _admit(self) -> None:
        now = time.monotonic()
        if self._failures >= FAILURES:
            if now < self._closed_until:
                raise Unavailable(f"{self._name} has not answered for a while", retry_after=self._closed_until - now)
            self._closed_until = now + random.uniform(PAUSE / 2, PAUSE)  # noqa: S311, no secret
        self._retries = min(self._retries + 0.1, RETRIES)
