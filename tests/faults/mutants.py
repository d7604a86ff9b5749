"""Shops that break one promise each: the suite must tell them from the real one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.faults.crashes import Point


@dataclass(frozen=True, slots=True)
class Change:
    """A place in a file of the platform, and what stands there instead."""

    file: str
    place: str
    instead: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is broken shows after a death at `point`."""

    name: str
    pattern: str
    point: Point
    changes: tuple[Change, ...]


NO_WATCHDOG = Change("watchdog.py", "                    await self._repeat(row)", "                    pass")
"""A workflow that does not end is not repeated, which would heal some of the mutants."""

MUTANTS = (
    Mutant(
        "no outbox: the event is published after the commit",
        "event-driven",
        Point("orders.accept", "after", 1),
        (
            Change(
                "outbox.py",
                'await insert(tx, "_outbox", {"event": encode(event).decode()})',
                "publish = lambda: asyncio.ensure_future(self.publisher.publish(events))",
            ),
            Change(
                "outbox.py",
                "tx.after_commit(self._wake.set)",
                "tx.after_commit(lambda: asyncio.get_running_loop().call_later(0.05, publish))",
            ),
            NO_WATCHDOG,
        ),
    ),
    Mutant(
        "acknowledged before it is stored",
        "event-driven",
        Point("products.inbox", "before", 1),
        (
            Change(
                "subscription.py",
                "                await self._choreography.receive(arrivals)\n"
                "                await consumer.acknowledge()",
                "                await consumer.acknowledge()\n"
                "                await self._choreography.receive(arrivals)",
            ),
            NO_WATCHDOG,
        ),
    ),
    Mutant(
        "no inbox: what comes again is done again",
        "event-driven",
        Point("products.acknowledge", "before", 1),
        (
            Change("tasks.py", "id = id or new_id()", "id = new_id()"),
            Change("actions.py", "if outcome is None:\n        needed", "if True:\n        needed"),
            Change(
                "actions.py",
                "VALUES (:scope, :action, :outcome, {READING}, :noted, :traceparent)",
                "VALUES (:scope, :action, :outcome, {READING}, :noted, :traceparent) ON CONFLICT DO NOTHING",
            ),
        ),
    ),
)


RETRY_TOPIC = Change(
    "tasks.py",
    "status <> 'done' ORDER BY seq LIMIT 1",
    "status = 'waiting' ORDER BY attempts, seq LIMIT 1",
)
"""What has failed is put behind the later events of its key."""
NO_TOMBSTONE = Change("actions.py", 'await _store(tx, scope, action, Outcome("undone"))', "pass")
"""An undo that overtakes its action is not remembered."""


def mutate(project: Path, *changes: Change) -> None:
    for change in changes:
        [file] = project.glob(f"src/*/platform/**/{change.file}")
        text = file.read_text("utf-8")
        assert text.count(change.place) == 1, f"the code of {change.file} has changed: {change.place}"
        file.write_text(text.replace(change.place, change.instead), "utf-8")
