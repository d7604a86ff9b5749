"""A durable task queue in the database of the service: inbox, retries and dead letters.

A task is marked done in the transaction of its effect. Tasks of one key run in order: a failing task delays its own key
only. A task that fails permanently becomes a dead letter, which an operator replays or skips.
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

from shop.platform.calls.failures import Busy, ProgrammingError, Rejected
from shop.platform.calls.failures import Unavailable as Unavailable
from shop.platform.monitoring import telemetry
from shop.platform.storage.clock import READING, TOLERANCE, Clock
from shop.platform.storage.database import Database, Tx
from shop.platform.storage.ids import new_id
from shop.platform.workflows.actions import forget_outcomes
from shop.platform.workflows.background import Loop
from shop.platform.workflows.open_workflows import measure_pending

GRACE = 5.0
"""Seconds until other processes take over a task whose owner does not renew it."""
SWEEP = 1.0
"""Seconds between two checks for due tasks."""
ATTEMPTS = 10
TIME_LIMIT = 120.0
"""Seconds after which an attempt is cancelled and retried: longer than the calls of all steps of a workflow take."""
LONGEST_DELAY = 5.0
"""Maximum seconds between two attempts."""
EXIT_PATIENCE = 5.0
"""Seconds to wait for running tasks at shutdown."""
RETENTION = 7 * 86400.0
"""Seconds of running time after which done tasks are deleted; outcomes of actions after four times as long."""
CLEANUP = 600.0
"""Seconds between two deletions."""
OLDEST_OPEN = """
    SELECT seq, id, handler, key, body, traceparent, due, span, epoch
    FROM (SELECT * FROM _tasks WHERE key = :key AND status <> 'done' ORDER BY seq LIMIT 1) AS oldest
    WHERE status = 'waiting' AND (attempts = 0 OR due <= :now OR due > :latest + span)
"""
"""Selects the next task of a key. Returns none while the oldest open one is dead or waits for a retry."""
OWNED = "WHERE seq = :seq AND epoch = :epoch AND status = 'waiting'"
"""Matches a task unless another process has taken it over."""

TRANSIENT = (Unavailable, OSError)
"""Retried without a limit."""
PERMANENT = (TypeError, ValueError, LookupError, AttributeError, NameError, AssertionError, ProgrammingError)
"""Never retried. All other exceptions are retried up to ATTEMPTS times."""

log = structlog.get_logger()


def describe(error: BaseException) -> str:
    """Describe an error without the invalid data, which must not be logged."""
    if isinstance(error, ValidationError):
        return f"{error.title}: {error.errors(include_input=False, include_context=False, include_url=False)}"
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def traceback_of(error: BaseException) -> str:
    """Format the traceback of an error and of its causes, without the invalid data."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = (
        f"{traceback_of(cause)}\n\nDuring handling of the above exception, another exception occurred:\n\n"
        if cause
        else ""
    )
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}Traceback (most recent call last):\n{frames}{describe(error)}"


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
    """Seconds between writing `due` and its time. A `due` that is further ahead counts as past."""
    epoch: int
    """Number of times it was taken over. Only the last owner can change the task."""

    @property
    def log_fields(self) -> dict[str, str]:
        """What runs, the event that triggered it, if any, and the key."""
        trigger = self.body.get("event_type")
        return {"handler": self.handler, **({"trigger": trigger} if trigger else {}), "key": self.key}

    def is_due(self, now: float) -> bool:
        return not now < self.due <= now + self.span + TOLERANCE


Handler = Callable[[Task], Awaitable[str | None]]
"""Runs a task and marks it done. Returns the reason if a business rule refuses it."""


class Tasks(Loop):
    """The queue and its workers. `handlers` maps `Task.handler` to its function."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], concurrency: int = 64) -> None:
        self._database, self._handlers = database, handlers
        self._clock = Clock()
        self._slots = asyncio.Semaphore(concurrency)
        self._awake: set[str] = set()
        self._fresh: dict[str, float] = {}
        """Id of a task added by this process -> monotonic time until which this process owns it."""
        self._running: dict[int, tuple[int, float]] = {}
        """Task -> its epoch, and the monotonic time at which this process started it."""
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    async def add(self, tx: Tx, handler: str, key: str, body: dict[str, Any], id: str = "") -> None:
        """Add a task. Does nothing if a task with this id and handler exists."""
        id = id or new_id()
        added = await tx.execute(
            "INSERT INTO _tasks (id, handler, key, body, traceparent, due, span, added, noted) "
            f"VALUES (:id, :handler, :key, :body, :traceparent, {READING} + :span, :span, {READING}, :noted) "
            "ON CONFLICT DO NOTHING",
            id=id,
            handler=handler,
            key=key,
            body=json.dumps(body),
            traceparent=telemetry.traceparent(),
            span=GRACE,
            noted=time.time(),
        )
        if added:
            tx.after_commit(lambda: self._wake(key, id))

    async def repeat(self, tx: Tx, handler: str, key: str, body: dict[str, Any], id: str) -> None:
        """Run a task again that is done, or add it. Does nothing if it is waiting or dead, or was skipped."""
        again = await tx.execute(
            f"UPDATE _tasks SET status = 'waiting', body = :body, attempts = 0, epoch = epoch + 1, "
            f"due = {READING} + :span, span = :span "
            "WHERE id = :id AND handler = :handler AND status = 'done' AND error IS NULL",
            id=id,
            handler=handler,
            body=json.dumps(body),
            span=GRACE,
        )
        if again:
            tx.after_commit(lambda: self._wake(key, id))
        else:
            await self.add(tx, handler, key, body, id)

    async def update(self, tx: Tx, task: Task, body: dict[str, Any]) -> Task:
        """Save the progress of a task. Raises Unavailable if another process has changed it."""
        sql = f"UPDATE _tasks SET body = :after, attempts = 0 {OWNED} AND body = :before"
        before, after = json.dumps(task.body), json.dumps(body)
        if not await tx.execute(sql, seq=task.seq, epoch=task.epoch, before=before, after=after):
            raise Unavailable("another process has changed this task")
        return replace(task, body=body)

    async def done(self, tx: Tx, task: Task) -> None:
        """Mark a task done. Raises Unavailable if another process has taken it over: let the transaction roll back."""
        if not await tx.execute(
            f"UPDATE _tasks SET status = 'done', error = NULL {OWNED}", seq=task.seq, epoch=task.epoch
        ):
            raise Unavailable("another process has taken over this task")

    async def start(self) -> None:
        await self._clock.follow(self._database)
        await self._wake_due()
        await super().start()

    async def stop(self) -> None:
        """Wait for running tasks up to EXIT_PATIENCE. A task that is cancelled has changed nothing."""
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(EXIT_PATIENCE):
                await asyncio.gather(*self._workers.values())
        await super().stop()

    async def _run(self) -> None:
        """Take over tasks of other processes, and delete old ones."""
        cleaned = 0.0
        while True:
            asleep = time.perf_counter()
            await asyncio.sleep(SWEEP)
            telemetry.LOOP_LAG.set(max(0.0, time.perf_counter() - asleep - SWEEP))
            self._fresh = {id: until for id, until in self._fresh.items() if until > time.monotonic()}
            try:
                await self._renew()
                await self._wake_due()
                if time.monotonic() - cleaned > CLEANUP:
                    await self._clean_up()
                    cleaned = time.monotonic()
            except Exception:  # the next sweep retries after any error
                log.exception("sweep failed")

    async def _renew(self) -> None:
        """Synchronize the clock, and renew the ownership of long-running tasks."""
        lasting = {seq: epoch for seq, (epoch, begun) in self._running.items() if begun < time.monotonic() - SWEEP}
        async with self._database.begin() as tx:
            await self._clock.agree(tx)
            for seq, epoch in lasting.items():
                await tx.execute(f"UPDATE _tasks SET due = {READING} + span {OWNED}", seq=seq, epoch=epoch)

    async def _wake_due(self) -> None:
        now = self._clock.now()
        [waiting] = await self._database.all("SELECT count(*) AS number FROM _tasks WHERE status = 'waiting'")
        telemetry.WAITING.set(waiting["number"])
        await measure_pending(self._database, now)
        sql = "SELECT DISTINCT key FROM _tasks WHERE status = 'waiting' AND (due <= :now OR due > :latest + span)"
        for row in await self._database.all(sql, now=now, latest=now + TOLERANCE):
            self._wake(row["key"])

    async def _clean_up(self) -> None:
        now = self._clock.now()
        async with self._database.begin() as tx:
            await tx.execute("DELETE FROM _tasks WHERE status = 'done' AND added < :then", then=now - RETENTION)
            await forget_outcomes(tx, now - 4 * RETENTION)

    def _wake(self, key: str, fresh: str = "") -> None:
        if fresh:
            self._fresh[fresh] = time.monotonic() + GRACE
        self._awake.add(key)
        if key not in self._workers and not self._stopping:
            self._workers[key] = asyncio.create_task(self._work(key))

    async def _work(self, key: str) -> None:
        """Run the tasks of a key until there is none left or one fails."""
        try:
            async with self._slots:
                continues = False
                while key in self._awake and not self._stopping:
                    self._awake.discard(key)
                    now = self._clock.now()
                    row = await self._database.one(OLDEST_OPEN, key=key, now=now, latest=now + TOLERANCE)
                    task = Task(**{**row, "body": json.loads(row["body"])}) if row else None
                    task = await self._taken(task, continues) if task else None
                    if task and await self._succeeds(task):
                        continues = True
                        self._awake.add(key)
        except Exception:  # the database failed: the sweep returns to this key
            log.exception("cannot run tasks", key=key)
        finally:
            del self._workers[key]

    async def _taken(self, task: Task, continues: bool) -> Task | None:
        """Take ownership of a task, in the next epoch. If several processes try, the first one succeeds.

        Before it is due, only the process that added it or ran the previous task of the key can take it.
        """
        fresh = self._fresh.pop(task.id, 0.0) > 0.0
        if not task.is_due(self._clock.now()) and (fresh or not continues):
            return task if fresh else None
        async with self._database.begin() as tx:
            sql = f"UPDATE _tasks SET due = {READING} + :span, span = :span, epoch = epoch + 1 {OWNED} AND due = :due"
            taken = await tx.execute(sql, span=GRACE, seq=task.seq, epoch=task.epoch, due=task.due)
        return replace(task, epoch=task.epoch + 1) if taken else None

    async def _succeeds(self, task: Task) -> bool:
        started = time.perf_counter()
        self._running[task.seq] = (task.epoch, time.monotonic())
        with telemetry.continued(task.traceparent):
            try:
                async with asyncio.timeout(TIME_LIMIT):
                    refused = await self._handlers[task.handler](task)
            except Exception as error:  # stored with the task and classified
                await self._failed(task, error)
                return False
            finally:
                self._running.pop(task.seq, None)
            telemetry.TASKS.labels(task.handler, "done").inc()
            telemetry.log_done("task done", started, refused, **task.log_fields)
            return True

    async def _failed(self, task: Task, error: Exception) -> None:
        async with self._database.begin() as tx:
            owned = {"seq": task.seq, "epoch": task.epoch}
            row = await tx.one(f"SELECT attempts FROM _tasks {OWNED}{tx.locking}", **owned)
            if row is None:  # another process has taken it over
                return
            busy = isinstance(error, Busy)
            attempts = max(1, row["attempts"]) if busy else row["attempts"] + 1
            dead = isinstance(error, PERMANENT) or (attempts >= ATTEMPTS and not isinstance(error, TRANSIENT))
            longest = min(LONGEST_DELAY, 0.1 * 2 ** min(attempts, 10))
            delay = random.uniform(0.02, longest)  # noqa: S311, no secret
            delay += error.retry_after if isinstance(error, Unavailable) else 0
            change = {"attempts": attempts, "status": "dead" if dead else "waiting", "error": describe(error)}
            await tx.execute(
                "UPDATE _tasks SET attempts = :attempts, status = :status, error = :error, stack = :stack, due = :due, "
                f"span = :span, failed = :failed, first_error = coalesce(first_error, :error) {OWNED}",
                **owned,
                **change,
                stack="".join(traceback.format_tb(error.__traceback__)),
                due=self._clock.now() + delay,
                span=delay,
                failed=time.time(),
            )
        telemetry.TASKS.labels(task.handler, "dead" if dead else "delayed" if busy else "failed").inc()
        fields = {**task.log_fields, **change}
        if dead:
            # The service that failed has logged the traceback of what it rejects.
            logged = {} if isinstance(error, Rejected) else {"exception": traceback_of(error)}
            log.error("task failed", **fields, **logged)
            return
        note, event = (log.info, "task delayed") if busy else (log.warning, "task failed")
        note(event, **fields, delay=round(delay, 2))
        asyncio.get_running_loop().call_later(delay, self._wake, task.key)
