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

from shop.platform.calls.failures import Busy, ProgrammingError
from shop.platform.calls.failures import Unavailable as Unavailable
from shop.platform.monitoring import telemetry
from shop.platform.storage.clock import READING, TOLERANCE, Clock
from shop.platform.storage.database import Database, Tx
from shop.platform.storage.ids import new_id
from shop.platform.workflows.actions import forget_outcomes
from shop.platform.workflows.background import Loop
from shop.platform.workflows.open_workflows import age_of_oldest

GRACE = 5.0
"""Seconds for which a task is left to the process that added it or took it up, and has not been heard of since."""
SWEEP = 1.0
"""Seconds between two looks at what others have left."""
ATTEMPTS = 10
LONGEST_DELAY = 5.0
"""Seconds between two attempts at most."""
EXIT_PATIENCE = 5.0
"""Seconds for which a process that ends waits for what it has begun."""
KEPT = 7 * 86400.0
"""Seconds for which done tasks are remembered, to know a repeated one; outcomes of actions four times as long.

The system has run for that long then: what is known is not forgotten over a clock that is set.
"""
FORGET = 600.0
"""Seconds between two times at which the old ones are forgotten."""
OLDEST_OPEN = """
    SELECT seq, id, handler, key, body, traceparent, due, span, epoch
    FROM (SELECT * FROM _tasks WHERE key = :key AND status <> 'done' ORDER BY seq LIMIT 1) AS oldest
    WHERE status = 'waiting' AND (attempts = 0 OR due <= :now OR due > :latest + span)
"""
"""The next task of a key. There is none while the oldest open one is dead, or resting after a failure."""

log = structlog.get_logger()


TRANSIENT = (Unavailable, OSError)
"""Tried again until it works."""
PERMANENT = (TypeError, ValueError, LookupError, AttributeError, NameError, AssertionError, ProgrammingError)
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
    span: float
    """For how many seconds it was left alone when `due` was written. A time that is further ahead counts as over."""
    epoch: int
    """How often it was taken over. Only who took it last can write what became of it."""

    def is_due(self, now: float) -> bool:
        return not now < self.due <= now + self.span + TOLERANCE


Handler = Callable[[Task], Awaitable[None]]


class Tasks(Loop):
    """The queue and its workers. `handlers` are looked up by a task's `handler`; each marks its task done itself."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], concurrency: int = 64) -> None:
        self._database, self._handlers = database, handlers
        self._clock = Clock()
        self._slots = asyncio.Semaphore(concurrency)
        self._awake: set[str] = set()
        self._fresh: dict[str, float] = {}
        """Id of each task that this process has just added -> until when, by the monotonic clock, it is left to it."""
        self._doing: dict[int, tuple[int, float]] = {}
        """Task -> its epoch, and when, by the monotonic clock, this process began to do it."""
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    async def add(self, tx: Tx, handler: str, key: str, body: dict[str, Any], id: str = "") -> None:
        """Adding the same id for the same handler again changes nothing."""
        id = id or new_id()
        added = await tx.execute(
            "INSERT INTO _tasks (id, handler, key, body, traceparent, due, span, added) "
            f"VALUES (:id, :handler, :key, :body, :traceparent, {READING} + :span, :span, {READING}) "
            "ON CONFLICT DO NOTHING",
            id=id,
            handler=handler,
            key=key,
            body=json.dumps(body),
            traceparent=telemetry.traceparent(),
            span=GRACE,
        )
        if added:
            tx.after_commit(lambda: self._wake(key, id))

    async def update(self, tx: Tx, task: Task, body: dict[str, Any]) -> Task:
        """Save how far a task has come. Of two processes that work on it, the second changes nothing and stops."""
        sql = "UPDATE _tasks SET body = :after, attempts = 0 WHERE seq = :seq AND epoch = :epoch AND body = :before"
        before, after = json.dumps(task.body), json.dumps(body)
        if not await tx.execute(sql, seq=task.seq, epoch=task.epoch, before=before, after=after):
            raise Unavailable("another process has moved this task")
        return replace(task, body=body)

    async def done(self, tx: Tx, task: Task) -> None:
        """Raises Unavailable where another process has taken it over: then nothing of this transaction may stay."""
        sql = (
            "UPDATE _tasks SET status = 'done', error = NULL WHERE seq = :seq AND epoch = :epoch AND status = 'waiting'"
        )
        if not await tx.execute(sql, seq=task.seq, epoch=task.epoch):
            raise Unavailable("another process has taken over this task")

    async def start(self) -> None:
        await self._clock.follow(self._database)
        await self._wake_those_due()
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
            self._fresh = {id: until for id, until in self._fresh.items() if until > time.monotonic()}
            try:
                await self._keep()
                await self._wake_those_due()
                if time.monotonic() - forgotten > FORGET:
                    await self._forget()
                    forgotten = time.monotonic()
            except Exception:  # the next sweep tries again, whatever it was
                log.exception("sweep failed")

    async def _keep(self) -> None:
        """Agree on the time, and go on having the tasks that take longer."""
        lasting = {seq: epoch for seq, (epoch, begun) in self._doing.items() if begun < time.monotonic() - SWEEP}
        async with self._database.begin() as tx:
            await self._clock.agree(tx)
            for seq, epoch in lasting.items():
                sql = f"UPDATE _tasks SET due = {READING} + span WHERE seq = :seq AND epoch = :epoch"
                await tx.execute(sql, seq=seq, epoch=epoch)

    async def _wake_those_due(self) -> None:
        now = self._clock.now()
        [waiting] = await self._database.all("SELECT count(*) AS number FROM _tasks WHERE status = 'waiting'")
        telemetry.WAITING.set(waiting["number"])
        telemetry.OLDEST_WORKFLOW.set(await age_of_oldest(self._database, now))
        sql = "SELECT DISTINCT key FROM _tasks WHERE status = 'waiting' AND (due <= :now OR due > :latest + span)"
        for row in await self._database.all(sql, now=now, latest=now + TOLERANCE):
            self._wake(row["key"])

    async def _forget(self) -> None:
        now = self._clock.now()
        async with self._database.begin() as tx:
            await tx.execute("DELETE FROM _tasks WHERE status = 'done' AND added < :then", then=now - KEPT)
            await forget_outcomes(tx, now - 4 * KEPT)

    def _wake(self, key: str, fresh: str = "") -> None:
        if fresh:
            self._fresh[fresh] = time.monotonic() + GRACE
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
                    now = self._clock.now()
                    row = await self._database.one(OLDEST_OPEN, key=key, now=now, latest=now + TOLERANCE)
                    task = Task(**{**row, "body": json.loads(row["body"])}) if row else None
                    task = await self._taken(task, follows=mine) if task else None
                    if task and await self._succeeds(task):
                        mine = True
                        self._awake.add(key)
        except Exception:  # the database itself failed: the sweep comes back to this key
            log.exception("tasks are held up", key=key)
        finally:
            del self._workers[key]

    async def _taken(self, task: Task, follows: bool) -> Task | None:
        """Of several processes that find a task which is due, the first one has it, under the next epoch.

        One that is not due is left to the process that added it, or has just done the one before it.
        """
        fresh = self._fresh.pop(task.id, 0.0) > 0.0
        if not task.is_due(self._clock.now()) and (fresh or not follows):
            return task if fresh else None
        async with self._database.begin() as tx:
            sql = (
                f"UPDATE _tasks SET due = {READING} + :span, span = :span, epoch = epoch + 1 "
                "WHERE seq = :seq AND epoch = :epoch AND due = :due AND status = 'waiting'"
            )
            taken = await tx.execute(sql, span=GRACE, seq=task.seq, epoch=task.epoch, due=task.due)
        return replace(task, epoch=task.epoch + 1) if taken else None

    async def _succeeds(self, task: Task) -> bool:
        started = time.perf_counter()
        self._doing[task.seq] = (task.epoch, time.monotonic())
        with telemetry.continued(task.traceparent):
            try:
                await self._handlers[task.handler](task)
            except Exception as error:  # any failure is kept with its task, and classified
                await self._failed(task, error)
                return False
            finally:
                self._doing.pop(task.seq, None)
            telemetry.TASKS.labels(task.handler, "done").inc()
            log.info("task done", handler=task.handler, key=task.key, seconds=round(time.perf_counter() - started, 4))
            return True

    async def _failed(self, task: Task, error: Exception) -> None:
        async with self._database.begin() as tx:
            sql = "SELECT attempts FROM _tasks WHERE seq = :seq AND epoch = :epoch AND status = 'waiting'"
            row = await tx.one(sql, seq=task.seq, epoch=task.epoch)
            if row is None:  # another process has taken it over
                return
            busy = isinstance(error, Busy)
            attempts = max(1, row["attempts"]) if busy else row["attempts"] + 1
            dead = isinstance(error, PERMANENT) or (attempts >= ATTEMPTS and not isinstance(error, TRANSIENT))
            delay = random.uniform(0.02, min(LONGEST_DELAY, 0.1 * 2 ** min(attempts, 10)))  # noqa: S311, no secret
            delay += error.retry_after if isinstance(error, Unavailable) else 0
            change = {"attempts": attempts, "status": "dead" if dead else "waiting", "error": describe(error)}
            noted = await tx.execute(
                "UPDATE _tasks SET attempts = :attempts, status = :status, error = :error, stack = :stack, due = :due, "
                "span = :span, failed = :failed, first_error = coalesce(first_error, :error) "
                "WHERE seq = :seq AND epoch = :epoch AND status = 'waiting'",
                **change,
                stack="".join(traceback.format_tb(error.__traceback__)),
                due=self._clock.now() + delay,
                span=delay,
                failed=time.time(),
                seq=task.seq,
                epoch=task.epoch,
            )
        if not noted:
            return
        telemetry.TASKS.labels(task.handler, "dead" if dead else "delayed" if busy else "failed").inc()
        note, event = (log.info, "task delayed") if busy else (log.warning, "task failed")
        note(event, handler=task.handler, key=task.key, **change)
        if not dead:
            asyncio.get_running_loop().call_later(delay, self._wake, task.key)
