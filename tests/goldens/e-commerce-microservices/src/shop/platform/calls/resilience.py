"""Protection against slow or failing dependencies: deadlines, concurrency limits, retry budgets, circuit breakers."""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from shop.platform.workflows.tasks import Unavailable

AT_ONCE = 32
"""Maximum number of concurrent calls to a dependency."""
QUEUE = 0.25
"""Seconds to wait for a free slot."""
FAILURES = 5
"""Consecutive failures that open the circuit."""
PAUSE = 2.0
"""Maximum seconds for which the circuit stays open before one call tests the dependency."""
RETRIES = 10.0
"""Maximum retry budget. Each call adds a tenth of a retry, so that retries do not overload a dependency."""

_end: ContextVar[float] = ContextVar("end", default=math.inf)


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """Limit the duration of the block. An enclosing deadline stays in force. Raises TimeoutError."""
    token = _end.set(min(_end.get(), time.monotonic() + seconds))
    try:
        async with asyncio.timeout(seconds_left()):
            yield
    finally:
        _end.reset(token)


def seconds_left() -> float:
    """Return the seconds until the innermost deadline."""
    return _end.get() - time.monotonic()


class Dependency:
    """A service that this process calls."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._free = asyncio.Semaphore(AT_ONCE)
        self._failures, self._open_until, self._retries = 0, 0.0, RETRIES

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Make a call inside the block. Raises Unavailable at once if there is no slot or the circuit is open."""
        try:
            async with asyncio.timeout(QUEUE):
                await self._free.acquire()
        except TimeoutError:
            raise Unavailable(f"{self._name} already has {AT_ONCE} concurrent calls", retry_after=QUEUE) from None
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
        """Take a retry from the budget. Returns False if it is used up."""
        if self._retries < 1:
            return False
        self._retries -= 1
        return True

    def _admit(self) -> None:
        now = time.monotonic()
        if self._failures >= FAILURES:
            if now < self._open_until:
                raise Unavailable(f"{self._name} failed {FAILURES} times in a row", retry_after=self._open_until - now)
            self._open_until = now + random.uniform(PAUSE / 2, PAUSE)  # noqa: S311, no secret
        self._retries = min(self._retries + 0.1, RETRIES)
