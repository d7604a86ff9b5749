"""Room for calls to the outside: so many at the same time, and few of them for one customer alone."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel

from shop.platform.calls.failures import Busy

AT_ONCE = 32
"""Calls to one dependency at the same time, of one process."""
SHARE = 4
"""One value may have a quarter of them."""
LONGEST_WAIT = 60.0
"""Seconds after which is looked again for room, at most."""


class Slots:
    """Calls to one dependency. `by` is the field of the commands by whose values they are shared out.

    Nobody waits here: what finds no room is Busy, and told when its turn may be, so that it holds up nothing else.
    """

    def __init__(self, at_once: int = AT_ONCE, by: str = "") -> None:
        self._at_once, self._by = at_once, by
        self._share = max(1, at_once // SHARE) if by else at_once
        self._taken: Counter[object] = Counter()
        self._turns: dict[object, float] = {}
        """When the last one of those who were told to come again does so."""
        self._seconds = 0.1
        """That a call takes, about."""

    @contextmanager
    def taken(self, command: BaseModel) -> Iterator[None]:
        """One of them, inside. Raises Busy."""
        value: object = getattr(command, self._by, None) if self._by else None
        if self._taken[value] >= self._share or self._taken.total() >= self._at_once:
            raise Busy("as many calls as there may be are under way", self._next_turn(value))
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
