"""What the processes of a project have recorded of their work, joined in the order of time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, ValidationError, convert

from blueprint.errors import MachineError, Problem, SystemFailed, UsageError
from blueprint.runtime.operators import Process

PAGE = 200
MOST_PAGES = 250
"""Pages of one source that a command reads at most."""
PAUSE = 0.5
"""Seconds between two looks while following."""
REMEMBERED = 50_000
"""Records whose state is remembered while following."""


class Record(Struct, frozen=True):
    """One event, step or reaction. `time` is in seconds since 1970, None for what an older version wrote."""

    process: str
    source: str
    id: str
    time: float | None
    event: str
    action: str
    workflow: str
    key: str
    state: str
    attempts: int
    traceparent: str
    error: str | None

    @property
    def service(self) -> str:
        """The service that does it, or the process where that is not known."""
        name, dot, _ = self.action.partition(".")
        return name if dot else self.process

    @property
    def trace(self) -> str:
        """The id of the trace; empty without one."""
        parts = self.traceparent.split("-")
        return parts[1] if len(parts) > 1 else ""

    @property
    def at(self) -> datetime | None:
        """The time with a zone, to a microsecond, as it is shown and compared."""
        return None if self.time is None else datetime.fromtimestamp(self.time, UTC)


class Filter(Struct, frozen=True):
    """Which records are wanted: of a service or process, of an event or action, from before a time."""

    service: str | None = None
    type: str | None = None
    before: datetime | None = None

    def takes(self, record: Record) -> bool:
        """Whether the record is wanted."""
        if self.service is not None and _name(self.service) not in map(
            _name, (record.service, record.process)
        ):
            return False
        if self.type is not None and self.type not in (record.event, record.action, record.workflow):
            return False
        return self.before is None or (record.at is not None and record.at < self.before)


def latest(processes: Sequence[Process], wanted: Filter, limit: int) -> list[Record]:
    """At most `limit` records that are wanted, the newest ones, the oldest of them first.

    Raises MachineError, SystemFailed, UsageError.
    """
    records: list[Record] = []
    for process in processes:
        for source in _sources(process):
            records += _newest(process, source, wanted, limit)
    return sorted(records, key=_moment)[-limit:]


def follow(
    processes: Sequence[Process],
    wanted: Filter,
    limit: int,
    on_silence: Callable[[Problem], None],
) -> Iterator[list[Record]]:
    """The latest records, then without end those that are new or whose state has changed.

    A process that does not answer, as while it is started again, is asked again; `on_silence` gets the
    problem once. Raises as `latest` for the first records.
    """
    seen = _Seen()
    followers = [_Follower(process, _sources(process), seen, on_silence) for process in processes]
    for follower in followers:
        follower.skip()
    first = latest(processes, wanted, limit)
    seen.news(first)
    yield first
    while True:
        time.sleep(PAUSE)
        fresh = [record for follower in followers for record in follower.news()]
        if news := sorted(filter(wanted.takes, fresh), key=_moment):
            yield news


class _Follower:
    """One process, asked again and again."""

    def __init__(
        self, process: Process, sources: Sequence[str], seen: _Seen, on_silence: Callable[[Problem], None]
    ) -> None:
        self._process, self._sources, self._seen = process, sources, seen
        self._on_silence, self._is_silent = on_silence, False
        self._floors: dict[str, float] = {}
        """The time before which a record of the source is older than what was skipped."""

    def skip(self) -> None:
        """Take the newest page, and all that is older, for known."""
        for source in self._sources:
            records, cursor = _page(self._process, source, None)
            self._seen.news(records)
            if cursor is not None:
                self._floors[source] = min(map(_moment, records), default=0.0)

    def news(self) -> list[Record]:
        """What is new since the last time; nothing while the process does not answer."""
        unseen: list[Record] = []
        try:
            for source in self._sources:
                floor = self._floors.get(source, 0.0)
                unseen += [record for record in self._unseen(source) if _moment(record) >= floor]
        except MachineError as error:
            if not self._is_silent:
                self._on_silence(error.problems[0])
            self._is_silent = True
        else:
            self._is_silent = False
        return unseen

    def _unseen(self, source: str) -> list[Record]:
        """Pages from the newest one on, until one has nothing new."""
        unseen: list[Record] = []
        cursor: int | None = None
        for _ in range(MOST_PAGES):
            records, cursor = _page(self._process, source, cursor)
            news = self._seen.news(records)
            unseen += news
            if cursor is None or not news:
                break
        return unseen


class _Seen:
    """The states that were seen last, of so many records."""

    def __init__(self) -> None:
        self._states: OrderedDict[tuple[str, str, str], tuple[str, int]] = OrderedDict()

    def news(self, records: Sequence[Record]) -> list[Record]:
        """Those that are new or have changed."""
        return [record for record in records if self._is_news(record)]

    def _is_news(self, record: Record) -> bool:
        key, state = (record.process, record.source, record.id), (record.state, record.attempts)
        known = self._states.get(key)
        self._states[key] = state
        if len(self._states) > REMEMBERED:
            self._states.popitem(last=False)
        return known != state


def _newest(process: Process, source: str, wanted: Filter, limit: int) -> list[Record]:
    matching: list[Record] = []
    cursor: int | None = None
    for _ in range(MOST_PAGES):
        records, cursor = _page(process, source, cursor)
        matching += filter(wanted.takes, records)
        if cursor is None or len(matching) >= limit:
            break
    return matching[:limit]


def _sources(process: Process) -> list[str]:
    answer = process.get("records")
    if answer is None:
        message = f"{process.name} has no records to read"
        hint = "bring the project up to date and start it anew: blueprint sync"
        raise UsageError(Problem("no-records", message, hint))
    try:
        return convert(answer["sources"], list[str])
    except (ValidationError, LookupError, TypeError) as error:
        raise _unreadable(process, error) from error


def _page(process: Process, source: str, cursor: int | None) -> tuple[list[Record], int | None]:
    before = {} if cursor is None else {"before": cursor}
    answer: Any = process.get("records", source, limit=PAGE, **before)
    try:
        records = [
            convert({**item, "process": process.name, "source": source}, Record) for item in answer["items"]
        ]
        return records, convert(answer["next"], int | None)
    except (ValidationError, LookupError, TypeError) as error:
        raise _unreadable(process, error) from error


def _unreadable(process: Process, error: Exception) -> SystemFailed:
    return SystemFailed(process.unexpected(f"records that cannot be read: {error}"))


def _moment(record: Record) -> float:
    return record.time or 0.0


def _name(text: str) -> str:
    return text.replace("_", "-")
