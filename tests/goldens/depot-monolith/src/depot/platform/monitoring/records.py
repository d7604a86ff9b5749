"""The latest tasks, events and steps of this process, newest first, for `/internal/records`.

A source is a table that is read page by page from its end. Bodies are left out, as they contain the data of users.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from depot.platform.storage.database import Reader, Row

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


TICKS = 1 << 22
"""Fractions of a second in cursors of steps: the precision that floats of this century's times have."""
WORKFLOW = re.compile(r"[a-z][a-z0-9_]*/")
"""Prefix of the scope of a workflow's step. The scope of a reaction begins with an id."""


async def steps(db: Reader, before: int, limit: int) -> Page:
    """Return steps of workflows. Reactions are tasks."""
    sql = (
        "SELECT scope, action, outcome, noted, traceparent FROM _action_outcomes "
        "WHERE noted < :before ORDER BY noted DESC LIMIT :limit"
    )
    rows = await db.all(sql, before=before / TICKS, limit=limit)
    items = [_of_step(row) for row in rows if WORKFLOW.match(row["scope"])]
    return Page(items, int(rows[-1]["noted"] * TICKS) if len(rows) == limit else None)


def _of_step(row: Row) -> Record:
    workflow, _, key = row["scope"].partition("/")
    reason = json.loads(row["outcome"])["reason"]
    state = "done" if reason is None else "refused"
    id, trace = f"{row['scope']}/{row['action']}", row["traceparent"] or ""
    return Record(id, row["noted"], "", row["action"], workflow, key, state, 0, trace, reason)


SOURCES: Mapping[str, Source] = {"tasks": tasks, "steps": steps}
