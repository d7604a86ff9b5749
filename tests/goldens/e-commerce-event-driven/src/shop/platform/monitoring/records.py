"""The latest tasks, events and steps of this process, newest first, for `/internal/records`.

A source is a table that is read page by page from its end. Bodies are left out, as they contain the data of users.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shop.platform.messaging.broker import Event
from shop.platform.storage.database import Reader, Row

END = 1 << 62
"""A cursor after all rows."""
RETRYING = "retrying"


@dataclass(frozen=True, slots=True)
class Record:
    id: str
    time: float | None
    """Seconds since 1970, by the clock of the process that wrote it."""
    event: str
    """The event type, empty without an event."""
    action: str
    workflow: str
    key: str
    state: str
    """`waiting`, `retrying`, `done`, `dead`, `refused`, or `sending` for an unpublished event."""
    attempts: int
    traceparent: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Record]
    next: int | None
    """The `before` parameter of the next page."""


Source = Callable[[Reader, int, int], Awaitable[Page]]


async def tasks(db: Reader, before: int, limit: int) -> Page:
    sql = (
        "SELECT seq, id, handler, key, body, traceparent, status, attempts, error, noted "
        "FROM _tasks WHERE seq < :before ORDER BY seq DESC LIMIT :limit"
    )
    rows = await db.all(sql, before=before, limit=limit)
    return Page(list(map(_of_task, rows)), rows[-1]["seq"] if len(rows) == limit else None)


def _of_task(row: Row) -> Record:
    body = json.loads(row["body"])
    state = RETRYING if row["status"] == "waiting" and row["attempts"] else row["status"]
    return Record(
        f"{row['id']}/{row['handler']}",
        row["noted"],
        body.get("event_type") or _type_of(body.get("event")),
        body.get("action") or row["handler"],
        body.get("workflow") or "",
        body.get("key") or row["key"],
        state,
        row["attempts"],
        row["traceparent"],
        row["error"],
    )


def _type_of(event: Any) -> str:
    """Return the type in a stored message, or an empty string if it is not an event."""
    try:
        type = json.loads(event)["type"]
    except (TypeError, ValueError, LookupError):
        return ""
    return type if isinstance(type, str) else ""


async def outbox(db: Reader, before: int, limit: int) -> Page:
    sql = "SELECT seq, event FROM _outbox WHERE seq < :before ORDER BY seq DESC LIMIT :limit"
    rows = await db.all(sql, before=before, limit=limit)
    items = [_of_event(Event.model_validate_json(row["event"])) for row in rows]
    return Page(items, rows[-1]["seq"] if len(rows) == limit else None)


def _of_event(event: Event) -> Record:
    time = datetime.fromisoformat(event.time).timestamp()
    return Record(event.id, time, event.type, "", event.workflow, event.key, "sending", 0, event.traceparent)


SOURCES: Mapping[str, Source] = {"tasks": tasks, "outbox": outbox}
