"""What a subscription of Pub/Sub does with messages: leases, and order by key with its redeliveries."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

NUMBERS = itertools.count(1)
OTHERS_FIRST = 2.0
"""Seconds for which what one stream was too late with goes to others only."""


class State(Enum):
    WAITING = "waiting"
    OUT = "out"
    """Somebody has it, until its deadline."""
    DONE = "done"
    """Acknowledged, but something before it in its line is not."""


@dataclass(slots=True)
class Entry:
    id: str
    body: bytes
    """The message, serialised."""
    line: Line
    state: State = State.WAITING
    ack_id: str = ""
    stream: object = None
    deadline: float = 0.0


@dataclass(slots=True)
class Line:
    """The messages of one key, or one message without a key; the first is not acknowledged yet."""

    name: str
    entries: list[Entry] = field(default_factory=list)
    late: object = None
    """The stream that was too late with it, and until when others come first."""
    late_until: float = 0.0

    def ready_for(self, stream: object, now: float) -> Iterator[Entry]:
        """What may be sent next: nobody gets what comes after a message that somebody else has."""
        if stream is self.late and now < self.late_until:
            return
        for entry in self.entries:
            if entry.state is State.OUT and entry.stream is not stream:
                return
            if entry.state is State.WAITING:
                yield entry

    def take_back(self, entry: Entry) -> None:
        """It comes again, and all that follows it, acknowledged or not."""
        for each in self.entries[self.entries.index(entry) :]:
            each.state, each.ack_id, each.stream = State.WAITING, "", None

    def acknowledge(self, entry: Entry) -> None:
        entry.state = State.DONE
        while self.entries and self.entries[0].state is State.DONE:
            self.entries.pop(0)


class Subscription:
    def __init__(self, topic: str, ordered: bool) -> None:
        self.topic, self.ordered = topic, ordered
        self._lines: OrderedDict[str, Line] = OrderedDict()
        self._out: dict[str, Entry] = {}

    def add(self, id: str, key: str, body: bytes) -> None:
        name = f"key {key}" if key and self.ordered else f"id {id}"
        line = self._lines.setdefault(name, Line(name))
        line.entries.append(Entry(id, body, line))

    def take(self, stream: object, limit: int, now: float, lease: float) -> list[Entry]:
        self._expire(now)
        ready = (entry for line in self._lines.values() for entry in line.ready_for(stream, now))
        taken = list(itertools.islice(ready, max(0, limit - self._held_by(stream))))
        for entry in taken:
            entry.state, entry.stream, entry.deadline = State.OUT, stream, now + lease
            entry.ack_id = f"ack-{next(NUMBERS)}"
            self._out[entry.ack_id] = entry
        return taken

    def acknowledge(self, ack_id: str, now: float) -> None:
        """Too late, it changes nothing."""
        self._expire(now)
        if entry := self._out.pop(ack_id, None):
            entry.line.acknowledge(entry)
            if not entry.line.entries:
                del self._lines[entry.line.name]

    def lease(self, ack_id: str, now: float, seconds: float) -> None:
        """For 0 seconds hands it back."""
        self._expire(now)
        if entry := self._out.get(ack_id):
            entry.deadline = now + seconds
            self._expire(now)

    def _held_by(self, stream: object) -> int:
        return sum(entry.stream is stream for entry in self._out.values())

    def _expire(self, now: float) -> None:
        late = [entry for entry in self._out.values() if entry.deadline <= now]
        for entry in late:
            if entry.state is State.OUT:  # it may have come back with one before it
                entry.line.late, entry.line.late_until = entry.stream, now + OTHERS_FIRST
                entry.line.take_back(entry)
        self._out = {ack_id: entry for ack_id, entry in self._out.items() if entry.ack_id == ack_id}
