"""Work that was taken on is done: in order, once, and whatever fails on the way."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import pytest

from acme.platform.calls.failures import Busy, Rejected
from acme.platform.http.pages import RowError
from acme.platform.storage.database import Database
from acme.platform.storage.rows import UnreadableRow
from acme.platform.workflows import tasks
from acme.platform.workflows.tasks import ATTEMPTS, Task, Tasks, Unavailable
from tests.kit.doubles import Anything, lines_of
from tests.kit.waiting import eventually, rest, statuses


class Worker:
    """Does the tasks `do`, after failing with the errors that are left for their keys."""

    def __init__(self, database: Database, **errors: Sequence[Exception]) -> None:
        self._database = database
        self._errors = {key: list(left) for key, left in errors.items()}
        self.done: list[str] = []
        self.tasks = Tasks(database, {"do": self._do})

    async def _do(self, task: Task) -> None:
        if errors := self._errors.get(task.key):
            raise errors.pop(0)
        async with self._database.begin() as tx:
            await self.tasks.done(tx, task)
        self.done.append(task.body["name"])

    async def add(self, *names: str, id: str = "") -> None:
        """The first letter of a name is the key."""
        async with self._database.begin() as tx:
            for name in names:
                await self.tasks.add(tx, "do", name[0], {"name": name}, id)


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[Worker]:
    await worker.tasks.start()
    yield worker
    await worker.tasks.stop()


async def errors_of(database: Database) -> list[tuple[int, str]]:
    return [
        (row["attempts"], row["error"])
        for row in await database.all("SELECT * FROM _tasks WHERE status = 'dead'")
    ]


async def test_tasks_of_one_key_are_done_in_order(database: Database) -> None:
    names = [f"a{number}" for number in range(50)]
    async with working(Worker(database)) as worker:
        await worker.add(*names)
        await rest(database)

    assert worker.done == names


async def test_a_task_that_fails_holds_up_its_own_key_and_no_other(database: Database) -> None:
    async with working(Worker(database, a=[Unavailable()] * 10)) as worker:
        await worker.add("a1", "a2", "b1")
        await rest(database)

    assert worker.done == ["b1", "a1", "a2"]


async def test_what_does_not_answer_is_asked_until_it_does(database: Database) -> None:
    async with working(Worker(database, a=[Unavailable()] * 2 * ATTEMPTS)) as worker:
        await worker.add("a1")
        await rest(database)

    assert worker.done == ["a1"]


async def test_to_find_no_room_is_no_attempt(database: Database) -> None:
    async with working(Worker(database, a=[Busy()] * 2 * ATTEMPTS + [RuntimeError("once")])) as worker:
        await worker.add("a1")
        await rest(database)

    assert worker.done == ["a1"]


async def test_a_programming_error_is_not_tried_again(database: Database) -> None:
    async with working(Worker(database, a=[TypeError("bug")])) as worker:
        await worker.add("a1")
        await rest(database)

    assert await errors_of(database) == [(1, "TypeError: bug")]


async def test_a_row_that_cannot_be_read_is_named_and_not_read_again(database: Database) -> None:
    spoilt = UnreadableRow("things", [RowError(id="7", field="since", message="is no time")])
    async with working(Worker(database, a=[spoilt])) as worker:
        await worker.add("a1")
        await rest(database)

    assert await errors_of(database) == [
        (1, "UnreadableRow: a row of things cannot be read: since of 7: is no time")
    ]


async def test_any_other_failure_is_given_up_in_the_end(database: Database) -> None:
    async with working(Worker(database, a=[RuntimeError("again")] * 2 * ATTEMPTS)) as worker:
        await worker.add("a1")
        await rest(database)

    assert await errors_of(database) == [(ATTEMPTS, "RuntimeError: again")]


async def test_a_dead_task_holds_up_its_own_key_and_no_other(database: Database) -> None:
    async with working(Worker(database, a=[TypeError()])) as worker:
        await worker.add("a1", "a2", "b1")
        await eventually(partial(has_dead, database))
        await worker.add("a3", "b2")
        await eventually(partial(has_done, worker, "b2"))

    assert worker.done == ["b1", "b2"]


async def test_a_task_that_rests_is_not_woken_by_a_later_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda *_: 60.0)
    async with working(Worker(database, a=[Unavailable()])) as worker:
        await worker.add("a1", "b1")
        await eventually(partial(has_done, worker, "b1"))
        await worker.add("a2", "b2")
        await eventually(partial(has_done, worker, "b2"))

    assert worker.done == ["b1", "b2"]


async def has_dead(database: Database) -> bool:
    return bool(await database.all("SELECT 1 FROM _tasks WHERE status = 'dead'"))


async def has_done(worker: Worker, name: str) -> bool:
    return name in worker.done


async def test_what_an_error_says_does_not_repeat_the_data(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(tasks, monkeypatch)
    with pytest.raises(ValueError) as caught:
        Anything.model_validate({"number": "a sec" + "ret"})  # the traceback shows this line
    wrapped = LookupError("no number")
    wrapped.__cause__ = caught.value
    async with working(Worker(database, a=[caught.value], b=[wrapped])) as worker:
        await worker.add("a1", "b1")
        await rest(database)

    [error] = {text for _, text in await errors_of(database) if text.startswith("Anything: ")}
    assert "number" in error
    logged = {line["key"]: line["exception"] for line in lines}
    assert error in logged["a"]
    assert error in logged["b"]
    assert logged["b"].endswith("\nLookupError: no number")
    assert "secret" not in error + str(lines)


async def test_the_traceback_is_logged_once_and_only_of_what_is_given_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(tasks, monkeypatch)
    errors: dict[str, Sequence[Exception]] = {
        "a": [TypeError("bug")],
        "b": [RuntimeError("again") for _ in range(ATTEMPTS)],
        "c": [TimeoutError()],
        "d": [Rejected("logged by the other service")],
    }
    async with working(Worker(database, **errors)) as worker:
        await worker.add("a1", "b1", "c1", "d1")
        await rest(database)

    assert worker.done == ["c1"]
    logged = [line for line in lines if "exception" in line]
    assert {line["key"]: line["status"] for line in logged} == {"a": "dead", "b": "dead"}
    assert len(logged) == 2
    assert all(line["exception"].count(f'File "{__file__}", line ') == 1 for line in logged)
    assert all(line["log_level"] == "error" for line in lines if line["status"] == "dead")


async def test_the_same_task_again_changes_nothing(database: Database) -> None:
    async with working(Worker(database)) as worker:
        for _ in range(2):
            await worker.add("a1", id="one")
            await rest(database)

    assert worker.done == ["a1"]


async def test_what_a_process_left_behind_is_taken_up_by_another(database: Database) -> None:
    gone = Worker(database)
    await gone.tasks.stop()
    async with working(Worker(database)) as worker:
        await gone.add("a1", "a2")
        await rest(database)

    assert (gone.done, worker.done) == ([], ["a1", "a2"])


async def test_who_loses_a_task_to_another_process_changes_nothing(database: Database) -> None:
    """The first process goes on after the second one took it for dead, and has done its task."""
    has_begun, may_go_on, has_tried = asyncio.Event(), asyncio.Event(), asyncio.Event()
    moved: list[str] = []

    async def move(queue: Tasks, task: Task, name: str) -> None:
        async with database.begin() as tx:
            await queue.update(tx, task, {"moved": name})
            await queue.done(tx, task)
        moved.append(name)

    async def handle_late(task: Task) -> None:
        has_begun.set()
        await may_go_on.wait()
        try:
            await move(first, task, "first")
        finally:
            has_tried.set()

    async def handle(task: Task) -> None:
        await move(second, task, "second")

    first, second = Tasks(database, {"do": handle_late}), Tasks(database, {"do": handle})
    async with database.begin() as tx:
        await first.add(tx, "do", "a", {})
    async with asyncio.timeout(20):
        await has_begun.wait()
        await second.start()
        await rest(database)
        may_go_on.set()
        await has_tried.wait()
    for queue in (first, second):
        await queue.stop()

    assert moved == ["second"]


async def test_who_lost_a_task_cannot_end_it_even_where_it_is_first(database: Database) -> None:
    """A process that went on after it had been taken for dead."""
    queue = Tasks(database, {})
    async with database.begin() as tx:
        await queue.add(tx, "do", "a", {})
    [row] = await database.all("SELECT * FROM _tasks")
    lost = Task(row["seq"], row["id"], "do", "a", {}, "", row["due"], row["span"], row["epoch"])
    async with database.begin() as tx:
        await tx.execute("UPDATE _tasks SET epoch = epoch + 1")

    for write in (queue.done, partial(queue.update, body={"moved": "late"})):
        with pytest.raises(Unavailable):
            async with database.begin() as tx:
                await write(tx, lost)

    assert await statuses(database) == [("a", "waiting")]


async def test_a_task_that_takes_long_stays_with_the_process_that_does_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "GRACE", 0.2)
    may_finish = asyncio.Event()
    doing: list[int] = []

    def process() -> Tasks:
        async def handle(task: Task) -> None:
            doing.append(task.seq)
            await may_finish.wait()
            async with database.begin() as tx:
                await queue.done(tx, task)

        queue = Tasks(database, {"do": handle})
        return queue

    processes = [process(), process()]
    for queue in processes:
        await queue.start()
    async with database.begin() as tx:
        await processes[0].add(tx, "do", "a", {})
    await asyncio.sleep(5 * tasks.GRACE)
    may_finish.set()
    await rest(database)
    for queue in processes:
        await queue.stop()

    assert len(doing) == 1


@pytest.mark.parametrize("ahead", [3600.0, 1e9])
async def test_a_time_that_is_further_ahead_than_its_span_is_over(database: Database, ahead: float) -> None:
    gone = Worker(database)
    await gone.tasks.stop()
    await gone.add("a1", "a2")
    async with database.begin() as tx:
        await tx.execute("UPDATE _tasks SET due = due + :ahead, attempts = 1", ahead=ahead)

    async with working(Worker(database)) as worker:
        await rest(database)

    assert worker.done == ["a1", "a2"]


async def test_a_task_that_another_process_is_doing_is_left_to_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by who adds the next one of that key: the other one does it afterwards."""
    monkeypatch.setattr(tasks, "GRACE", 5.0)
    may_finish = asyncio.Event()
    doing: list[tuple[str, str]] = []

    def process(name: str) -> Tasks:
        async def handle(task: Task) -> None:
            doing.append((name, task.body["name"]))
            await may_finish.wait()
            async with database.begin() as tx:
                await queue.done(tx, task)

        queue = Tasks(database, {"do": handle})
        return queue

    processes = {name: process(name) for name in ("one", "other")}
    for queue, task in zip(processes.values(), ("a1", "a2"), strict=True):
        async with database.begin() as tx:
            await queue.add(tx, "do", "a", {"name": task})
        await eventually(partial(are_some, doing))
    await asyncio.sleep(0.1)
    may_finish.set()
    await rest(database)
    for queue in processes.values():
        await queue.stop()

    assert doing == [("one", "a1"), ("one", "a2")]


async def test_of_two_processes_that_find_a_due_task_one_does_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Worker(database)
    await gone.tasks.stop()
    await gone.add("a1")
    monkeypatch.setattr(tasks, "GRACE", 5.0)
    may_finish = asyncio.Event()
    doing: list[Task] = []

    def process() -> Tasks:
        async def handle(task: Task) -> None:
            doing.append(task)
            await may_finish.wait()
            async with database.begin() as tx:
                await queue.done(tx, task)

        queue = Tasks(database, {"do": handle})
        return queue

    processes = [process() for _ in range(2)]
    for queue in processes:
        await queue.start()
    await eventually(partial(are_some, doing))
    await asyncio.sleep(3 * tasks.SWEEP)
    may_finish.set()
    await rest(database)
    for queue in processes:
        await queue.stop()

    assert len(doing) == 1


async def are_some(found: Sequence[object]) -> bool:
    return bool(found)


async def test_who_says_when_to_come_back_is_not_asked_sooner(database: Database) -> None:
    worker = Worker(database, a=[Unavailable("closed", retry_after=60)])
    async with working(worker):
        await worker.add("a1", "b1")
        await eventually(partial(has_done, worker, "b1"))
        await eventually(partial(has_failed, database))

    [row] = await database.all("SELECT due - seconds AS rest FROM _tasks, _clock WHERE status = 'waiting'")
    assert row["rest"] > 59


async def has_failed(database: Database) -> bool:
    return bool(await database.all("SELECT 1 FROM _tasks WHERE attempts = 1"))


async def test_stopping_lets_what_has_begun_finish(database: Database) -> None:
    begun, may_finish = asyncio.Event(), asyncio.Event()

    async def slow(task: Task) -> None:
        begun.set()
        await may_finish.wait()
        async with database.begin() as tx:
            await queue.done(tx, task)

    queue = Tasks(database, {"slow": slow})
    async with database.begin() as tx:
        await queue.add(tx, "slow", "a", {})
        await queue.add(tx, "slow", "a", {})
    await begun.wait()
    stopping = asyncio.create_task(queue.stop())
    may_finish.set()
    await stopping

    assert await statuses(database) == [("a", "done"), ("a", "waiting")]


async def test_an_attempt_that_hangs_is_cancelled_and_repeated(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "TIME_LIMIT", 0.05)
    attempts: list[str] = []

    class Hanging(Worker):
        async def _do(self, task: Task) -> None:
            attempts.append(task.key)
            if len(attempts) == 1:
                await asyncio.Event().wait()
            await super()._do(task)

    async with working(Hanging(database)) as worker:
        await worker.add("a1", "a2")
        await rest(database)

    assert worker.done == ["a1", "a2"]
    assert attempts == ["a", "a", "a"]


async def test_a_task_is_repeated_only_if_it_was_done(database: Database) -> None:
    async def repeat(key: str, name: str) -> None:
        async with database.begin() as tx:
            await worker.tasks.repeat(tx, "do", key, {"name": name}, id=key)

    async with working(Worker(database, b=[ValueError("broken")])) as worker:
        await worker.add("a1", id="a")
        await worker.add("b1", id="b")
        await rest(database)
        await repeat("a", "a2")
        await repeat("b", "b2")
        await repeat("c", "c2")
        await rest(database)

    assert sorted(worker.done) == ["a1", "a2", "c2"]
    assert await statuses(database) == [("a", "done"), ("b", "dead"), ("c", "done")]
