"""Durable work: inbox, retries, parking lot and dead letters in one table of the service's own database.

A task is done in the transaction of its effect. Tasks of one key are done in order: one that fails holds up its own
key, no other. What fails for good is kept as dead, until an operator replays or skips it.
"""

import asyncio
import json
import random
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog
from pydantic import ValidationError

from depot.platform import telemetry
from depot.platform.actions import forget_outcomes
from depot.platform.background import Loop
from depot.platform.database import Database, Tx, insert
from depot.platform.ids import new_id

GRACE = 5.0
"""Seconds for which a task is left to the process that added it or took it up."""
SWEEP = 1.0
"""Seconds between two looks at what others have left."""
ATTEMPTS = 10
LONGEST_DELAY = 5.0
"""Seconds between two attempts at most."""
EXIT_PATIENCE = 5.0
"""Seconds for which a process that ends waits for what it has begun."""
KEPT = 7 * 86400.0
"""Seconds for which done tasks are remembered, to know a repeated one; outcomes of actions four times as long."""
FORGET = 600.0
"""Seconds between two times at which the old ones are forgotten."""
OLDEST_OPEN = """
    SELECT seq, id, handler, key, body, traceparent, due
    FROM (SELECT * FROM tasks WHERE key = :key AND status <> 'done' ORDER BY seq LIMIT 1) AS oldest
    WHERE status = 'waiting' AND (attempts = 0 OR due <= :now)
"""
"""The next task of a key. There is none while the oldest open one is dead, or resting after a failure."""

log = structlog.get_logger()


class Unavailable(Exception):
    """Something that is needed does not answer now: try again, after so many seconds at the earliest."""

    def __init__(self, message: str = "", retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


TRANSIENT = (Unavailable, OSError)
"""Tried again until it works."""
PERMANENT = (TypeError, ValueError, LookupError, AttributeError, NameError, AssertionError)
"""Never tried again. All other failures are tried again, but not for ever."""


def describe(error: Exception) -> str:
    """What went wrong, without the data that it went wrong with: that stays out of logs."""
    if isinstance(error, ValidationError):
        return f"{error.title}: {error.errors(include_input=False, include_context=False, include_url=False)}"
    return f"{type(error).__name__}: {error}".removesuffix(": ")


@dataclass(frozen=True, slots=True)
class Task:
    seq: int
    id: str
    handler: str
    key: str
    body: dict[str, Any]
    traceparent: str
    due: float


Handler = Callable[[Task], Awaitable[None]]


class Tasks(Loop):
    """The queue and its workers. `handlers` are looked up by a task's `handler`; each marks its task done itself."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], concurrency: int = 64) -> None:
        self._database, self._handlers = database, handlers
        self._slots = asyncio.Semaphore(concurrency)
        self._awake: set[str] = set()
        self._fresh: dict[str, float] = {}
        """Ids of tasks that this process added a moment ago: until then they are left to it."""
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    async def add(self, tx: Tx, handler: str, key: str, body: dict[str, Any], id: str = "") -> None:
        """Adding the same id for the same handler again changes nothing."""
        now = time.time()
        task = {"id": id or new_id(), "handler": handler, "key": key, "body": json.dumps(body)}
        row = {**task, "traceparent": telemetry.traceparent(), "due": now + GRACE, "added": now}
        if await insert(tx, "tasks", row, "ON CONFLICT DO NOTHING"):
            tx.after_commit(lambda: self._wake(key, task["id"]))

    async def update(self, tx: Tx, task: Task, body: dict[str, Any]) -> Task:
        """Save how far a task has come. Of two processes that work on it, the second changes nothing and stops."""
        sql = "UPDATE tasks SET body = :after, attempts = 0 WHERE seq = :seq AND body = :before"
        if not await tx.execute(sql, seq=task.seq, before=json.dumps(task.body), after=json.dumps(body)):
            raise Unavailable("another process has moved this task")
        return replace(task, body=body)

    async def done(self, tx: Tx, task: Task) -> None:
        await tx.execute("UPDATE tasks SET status = 'done', error = NULL WHERE seq = :seq", seq=task.seq)

    async def start(self) -> None:
        """What was added a moment ago was so by a process that is gone: this one comes in its place."""
        now = time.time()
        sql = "SELECT id, key FROM tasks WHERE status = 'waiting' AND due > :now AND due <= :then"
        for row in await self._database.all(sql, now=now, then=now + GRACE):
            self._wake(row["key"], row["id"])
        await self._wake_those_due(now)
        await super().start()

    async def stop(self) -> None:
        """Let what has begun finish, but not for long: whatever is cut off has changed nothing."""
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(EXIT_PATIENCE):
                await asyncio.gather(*self._workers.values())
        await super().stop()

    async def _run(self) -> None:
        """Take up what another process has left, and forget what was done long ago."""
        forgotten = 0.0
        while True:
            asleep = time.perf_counter()
            await asyncio.sleep(SWEEP)
            telemetry.LOOP_LAG.set(max(0.0, time.perf_counter() - asleep - SWEEP))
            now = time.time()
            self._fresh = {id: until for id, until in self._fresh.items() if until > now}
            try:
                await self._wake_those_due(now)
                if time.monotonic() - forgotten > FORGET:
                    await self._forget()
                    forgotten = time.monotonic()
            except Exception:  # the next sweep tries again, whatever it was
                log.exception("sweep failed")

    async def _wake_those_due(self, before: float) -> None:
        [waiting] = await self._database.all("SELECT count(*) AS number FROM tasks WHERE status = 'waiting'")
        telemetry.WAITING.set(waiting["number"])
        sql = "SELECT DISTINCT key FROM tasks WHERE status = 'waiting' AND due <= :before"
        for row in await self._database.all(sql, before=before):
            self._wake(row["key"])

    async def _forget(self) -> None:
        now = time.time()
        async with self._database.begin() as tx:
            await tx.execute("DELETE FROM tasks WHERE status = 'done' AND added < :then", then=now - KEPT)
            await forget_outcomes(tx, now - 4 * KEPT)

    def _wake(self, key: str, fresh: str = "") -> None:
        if fresh:
            self._fresh[fresh] = time.time() + GRACE
        self._awake.add(key)
        if key not in self._workers and not self._stopping:
            self._workers[key] = asyncio.create_task(self._work(key))

    async def _work(self, key: str) -> None:
        """Do the tasks of the key, until there is none or one fails."""
        try:
            async with self._slots:
                mine = False
                while key in self._awake and not self._stopping:
                    self._awake.discard(key)
                    row = await self._database.one(OLDEST_OPEN, key=key, now=time.time())
                    task = Task(**{**row, "body": json.loads(row["body"])}) if row else None
                    if task and await self._is_ours(task, follows=mine) and await self._succeeds(task):
                        mine = True
                        self._awake.add(key)
        except Exception:  # the database itself failed: the sweep comes back to this key
            log.exception("tasks are held up", key=key)
        finally:
            del self._workers[key]

    async def _is_ours(self, task: Task, follows: bool) -> bool:
        """Of several processes that find a task which is due, the first one has it.

        One that is not due is left to the process that added it, or has just done the one before it.
        """
        now, fresh = time.time(), self._fresh.pop(task.id, 0.0) > 0.0
        if task.due > now and (fresh or not follows):
            return fresh
        async with self._database.begin() as tx:
            sql = "UPDATE tasks SET due = :until WHERE seq = :seq AND due = :due AND status = 'waiting'"
            return bool(await tx.execute(sql, until=now + GRACE, seq=task.seq, due=task.due))

    async def _succeeds(self, task: Task) -> bool:
        started = time.perf_counter()
        with telemetry.continued(task.traceparent):
            try:
                await self._handlers[task.handler](task)
            except Exception as error:  # any failure is kept with its task, and classified
                await self._failed(task, error)
                return False
            telemetry.TASKS.labels(task.handler, "done").inc()
            log.info("task done", handler=task.handler, key=task.key, seconds=round(time.perf_counter() - started, 4))
            return True

    async def _failed(self, task: Task, error: Exception) -> None:
        async with self._database.begin() as tx:
            row = await tx.one("SELECT attempts FROM tasks WHERE seq = :seq AND status = 'waiting'", seq=task.seq)
            if row is None:  # another process has done it meanwhile
                return
            attempts = row["attempts"] + 1
            dead = isinstance(error, PERMANENT) or (attempts >= ATTEMPTS and not isinstance(error, TRANSIENT))
            delay = random.uniform(0.02, min(LONGEST_DELAY, 0.1 * 2 ** min(attempts, 10)))
            delay += error.retry_after if isinstance(error, Unavailable) else 0
            change = {"attempts": attempts, "status": "dead" if dead else "waiting", "error": describe(error)}
            noted = await tx.execute(
                "UPDATE tasks SET attempts = :attempts, status = :status, error = :error, stack = :stack, due = :due, "
                "failed = :now, first_error = coalesce(first_error, :error) WHERE seq = :seq AND status = 'waiting'",
                **change,
                stack="".join(traceback.format_tb(error.__traceback__)),
                due=time.time() + delay,
                now=time.time(),
                seq=task.seq,
            )
        if not noted:
            return
        telemetry.TASKS.labels(task.handler, "dead" if dead else "failed").inc()
        log.warning("task failed", handler=task.handler, key=task.key, **change)
        if not dead:
            asyncio.get_running_loop().call_later(delay, self._wake, task.key)
