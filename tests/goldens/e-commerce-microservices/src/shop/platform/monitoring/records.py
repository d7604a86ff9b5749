"""What this process has recorded of its work, the newest first: what `/internal/records` answers.

A source is a table that is read from its end, a page at a time. Bodies stay out: they hold the data of users.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shop.platform.storage.database import Reader, Row

END = 1 << 62
"""A cursor beyond every row."""
RETRYING = "retrying"


@dataclass(frozen=True, slots=True)
class Record:
    id: str
    time: float | None
    """Seconds since 1970, by the clock of the process that wrote it."""
    event: str
    """The type of the event that it is about, if there is one."""
    action: str
    workflow: str
    key: str
    state: str
    """`waiting`, `retrying`, `done`, `dead`, `refused`, or `sending` for an event that the broker does not have yet."""
    attempts: int
    traceparent: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Record]
    next: int | None
    """The `before` of the next page."""


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
    """Of an event that is kept as it came, and need not be one."""
    try:
        found = json.loads(event)["type"]
    except (TypeError, ValueError, LookupError):
        return ""
    return found if isinstance(found, str) else ""


TICKS = 1 << 22
"""Cursors of steps are such parts of a second. A time of this century has no smaller ones, so none is rounded."""
WORKFLOW = re.compile(r"[a-z][a-z0-9_]*/")
"""How the scope of a workflow's step begins; that of a reaction begins with an id."""


async def steps(db: Reader, before: int, limit: int) -> Page:
    """Of workflows. What was done for an event has a task of its own."""
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
