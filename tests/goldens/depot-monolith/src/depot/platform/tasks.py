"""Durable work: inbox, retries, parking lot and dead letters in one table of the service's own database.

A task is done in the transaction of its effect. Tasks of one key are done in order: one that fails holds up its own
key, no other. What fails for good is kept as dead, until an operator replays or skips it.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from depot.platform import telemetry
from depot.platform.actions import forget_outcomes
from depot.platform.database import Database, Row, Tx
from depot.platform.ids import new_id

GRACE = 5.0
"""Seconds in which a new task is left to the process that added it."""
SWEEP = 1.0
ATTEMPTS = 10
LONGEST_DELAY = 5.0
EXIT_PATIENCE = 5.0
KEPT = 7 * 86400.0
"""Seconds for which done tasks are remembered, to know a repeated one; outcomes of actions four times as long."""
FORGET = 600.0

log = structlog.get_logger()


class Unavailable(Exception):
    """Something that is needed does not answer now: try again."""


TRANSIENT = (Unavailable, OSError)
PERMANENT = (TypeError, ValueError, LookupError, AttributeError, NameError, AssertionError)


@dataclass(frozen=True)
class Task:
    seq: int
    id: str
    handler: str
    key: str
    body: dict[str, Any]
    attempts: int
    due: float
    traceparent: str


Handler = Callable[[Task], Awaitable[None]]


class Tasks:
    """The queue and its workers. `handlers` are looked up by a task's `handler`; each marks its task done itself."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], concurrency: int = 64) -> None:
        self._database, self._handlers = database, handlers
        self._slots = asyncio.Semaphore(concurrency)
        self._draining: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = False

    async def add(
        self, tx: Tx, handler: str, key: str, body: dict[str, Any], id: str = "", traceparent: str = ""
    ) -> None:
        """Adding the same id for the same handler again changes nothing."""
        await tx.execute(
            "INSERT INTO tasks (id, handler, key, body, traceparent, due, added) "
            "VALUES (:id, :handler, :key, :body, :traceparent, :due, :now) ON CONFLICT DO NOTHING",
            id=id or new_id(),
            handler=handler,
            key=key,
            body=json.dumps(body),
            traceparent=traceparent or telemetry.traceparent(),
            due=time.time() + GRACE,
            now=time.time(),
        )
        tx.after_commit(lambda: self._wake(key))

    async def update(self, tx: Tx, task: Task, body: dict[str, Any]) -> None:
        """Save how far a task has come. Of two processes that work on it, the second changes nothing and stops."""
        changed = await tx.execute(
            "UPDATE tasks SET body = :after, attempts = 0 WHERE seq = :seq AND body = :before",
            seq=task.seq,
            before=json.dumps(task.body),
            after=json.dumps(body),
        )
        if not changed:
            raise Unavailable("another process has moved this task")

    async def done(self, tx: Tx, task: Task) -> None:
        await tx.execute("UPDATE tasks SET status = 'done', error = NULL WHERE seq = :seq", seq=task.seq)
        telemetry.TASKS.labels(task.handler, "done").inc()

    async def start(self) -> None:
        for row in await self._database.all("SELECT DISTINCT key FROM tasks WHERE status = 'waiting'"):
            self._wake(row["key"])
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Let what has begun finish, but not for long: whatever is cut off has changed nothing."""
        self._stopping = True
        running = set(self._draining.values())
        if running:
            await asyncio.wait(running, timeout=EXIT_PATIENCE)
        if self._sweeper:
            running.add(self._sweeper)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    @property
    def alive(self) -> bool:
        return self._sweeper is not None and not self._sweeper.done()

    async def waiting(self) -> int:
        row = await self._database.one("SELECT count(*) AS n FROM tasks WHERE status = 'waiting'")
        return int(row["n"]) if row else 0

    async def dead(self) -> list[Row]:
        return await self._database.all("SELECT * FROM tasks WHERE status = 'dead' ORDER BY seq")

    async def revive(self, id: str) -> bool:
        """Try a dead task again. Whether there was one."""
        return await self._settle(id, "waiting")

    async def skip(self, id: str) -> bool:
        """Give a dead task up and let its key go on. Whether there was one."""
        return await self._settle(id, "done")

    async def _settle(self, id: str, status: str) -> bool:
        async with self._database.begin() as tx:
            rows = await tx.all("SELECT seq, key FROM tasks WHERE id = :id AND status = 'dead'", id=id)
            for row in rows:
                sql = "UPDATE tasks SET status = :status, attempts = 0, due = 0 WHERE seq = :seq"
                await tx.execute(sql, status=status, seq=row["seq"])
        for row in rows:
            self._wake(row["key"])
        return bool(rows)

    async def _sweep(self) -> None:
        """Take up what another process has left, and forget what was done long ago."""
        forgotten = 0.0
        while True:
            await asyncio.sleep(SWEEP)
            try:
                sql = "SELECT DISTINCT key FROM tasks WHERE status = 'waiting' AND due <= :now"
                for row in await self._database.all(sql, now=time.time()):
                    self._wake(row["key"])
                if time.monotonic() - forgotten > FORGET:
                    await self._forget()
                    forgotten = time.monotonic()
            except Exception:  # the next sweep tries again, whatever it was
                log.exception("sweep failed")

    async def _forget(self) -> None:
        now = time.time()
        async with self._database.begin() as tx:
            await tx.execute("DELETE FROM tasks WHERE status = 'done' AND added < :then", then=now - KEPT)
            await forget_outcomes(tx, now - 4 * KEPT)

    def _wake(self, key: str) -> None:
        if self._stopping:
            return
        if key in self._draining:
            self._again.add(key)
        else:
            self._draining[key] = asyncio.create_task(self._drain(key))

    async def _drain(self, key: str) -> None:
        try:
            async with self._slots:
                while not self._stopping and (task := await self._head(key)) and await self._attempt(task):
                    await asyncio.sleep(0)  # a long chain of quick tasks must not keep the event loop for itself
        except Exception:  # the database itself failed: the sweep comes back to this key
            log.exception("task failed", key=key)
        finally:
            del self._draining[key]
        if key in self._again:
            self._again.discard(key)
            self._wake(key)

    async def _head(self, key: str) -> Task | None:
        """The oldest open task of the key, unless it is dead or resting after a failure."""
        row = await self._database.one(
            "SELECT * FROM tasks WHERE key = :key AND status <> 'done' ORDER BY seq LIMIT 1", key=key
        )
        if row is None or row["status"] == "dead" or (row["attempts"] and row["due"] > time.time()):
            return None
        return Task(
            row["seq"],
            row["id"],
            row["handler"],
            key,
            json.loads(row["body"]),
            row["attempts"],
            row["due"],
            row["traceparent"],
        )

    async def _attempt(self, task: Task) -> bool:
        """Whether the key may go on."""
        with telemetry.continued(task.traceparent):
            started = time.perf_counter()
            try:
                await self._handlers[task.handler](task)
            except Exception as error:  # any failure is kept with its task, and classified
                await self._failed(task, error)
                return False
            log.info("task done", handler=task.handler, key=task.key, seconds=round(time.perf_counter() - started, 4))
            return True

    async def _failed(self, task: Task, error: Exception) -> None:
        attempts = task.attempts + 1
        dead = isinstance(error, PERMANENT) or (attempts >= ATTEMPTS and not isinstance(error, TRANSIENT))
        delay = random.uniform(0.02, min(LONGEST_DELAY, 0.1 * 2 ** min(attempts, 10)))
        async with self._database.begin() as tx:
            await tx.execute(
                "UPDATE tasks SET attempts = :attempts, status = :status, due = :due, error = :error "
                "WHERE seq = :seq AND status = 'waiting'",  # another process may have done it meanwhile
                seq=task.seq,
                attempts=attempts,
                status="dead" if dead else "waiting",
                due=time.time() + delay,
                error=f"{type(error).__name__}: {error}",
            )
        telemetry.TASKS.labels(task.handler, "dead" if dead else "failed").inc()
        log.warning("task failed", handler=task.handler, key=task.key, attempts=attempts, dead=dead, error=repr(error))
        if not dead:
            asyncio.get_running_loop().call_later(delay, self._wake, task.key)
