"""Concurrency limits for external calls, with a fair share for each customer."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel

from shop.platform.calls.failures import Busy

AT_ONCE = 32
"""Maximum number of concurrent calls from one process to a dependency."""
SHARE = 4
"""One value of the `by` field can take at most 1/SHARE of the slots."""
LONGEST_WAIT = 60.0
"""Maximum seconds before a rejected call is retried."""


class Slots:
    """Limits concurrent calls to one dependency. `by` names the command field whose values share the slots.

    A call without a free slot does not wait: it raises Busy with an estimate of when to retry.
    """

    def __init__(self, at_once: int = AT_ONCE, by: str = "") -> None:
        self._at_once, self._by = at_once, by
        self._share = max(1, at_once // SHARE) if by else at_once
        self._taken: Counter[object] = Counter()
        self._turns: dict[object, float] = {}
        """Value of the `by` field -> time of its last scheduled retry, on the monotonic clock."""
        self._seconds = 0.1
        """Moving average of the duration of a call."""

    @contextmanager
    def taken(self, command: BaseModel) -> Iterator[None]:
        """Hold a slot inside the block. Raises Busy."""
        value: object = getattr(command, self._by, None) if self._by else None
        if self._taken[value] >= self._share or self._taken.total() >= self._at_once:
            raise Busy("too many concurrent calls", self._next_turn(value))
        self._taken[value] += 1
        started = time.monotonic()
        try:
            yield
        finally:
            self._taken -= Counter({value: 1})
            self._seconds += (time.monotonic() - started - self._seconds) / 8

    def _next_turn(self, value: object) -> float:
        now = time.monotonic()
        self._turns = {other: turn for other, turn in self._turns.items() if turn > now}
        wait = min(self._turns.get(value, now) - now + self._seconds / self._share, LONGEST_WAIT)
        self._turns[value] = now + wait
        return wait
