"""Every group hears of every event, in order for each key, whoever comes and goes."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from acme.platform.adapters import sqlite_log
from acme.platform.adapters.sqlite_log import SqliteLog, SqliteLogConsumer
from acme.platform.messaging.broker import Event, Unreadable
from tests.kit.waiting import eventually

KEYS = [f"key {number}" for number in range(40)]
"""Enough for every partition."""


@pytest.fixture(autouse=True)
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_log, "LEASE", 0.2)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    log = SqliteLog(tmp_path / "broker.db", ["mail"])
    yield log
    await log.close()


def event(key: str, id: str) -> Event:
    when = "2026-01-02T03:04:05Z"
    return Event(
        id=f"{key} {id}", source="/things", type="thing.happened", key=key, time=when, data={"id": id}
    )


async def publish(log: SqliteLog, id: str) -> set[str]:
    """One event for each key; returns their ids."""
    events = [event(key, id) for key in KEYS]
    await log.publish(events)
    return {event.id for event in events}


async def receive(consumer: SqliteLogConsumer) -> list[Event]:
    """The next events. Raises TimeoutError where none come."""
    async with asyncio.timeout(5):
        arrivals = await consumer.receive()
    assert not any(isinstance(arrival, Unreadable) for arrival in arrivals)
    return [arrival for arrival in arrivals if isinstance(arrival, Event)]


async def received(consumer: SqliteLogConsumer, number: int) -> list[str]:
    """The ids of so many events, acknowledged."""
    ids: list[str] = []
    while len(ids) < number:
        ids += [event.id for event in await receive(consumer)]
        await consumer.acknowledge()
    return ids


async def received_with(consumer: SqliteLogConsumer, wanted: set[str]) -> set[str]:
    """The ids of all events up to these, acknowledged."""
    ids: set[str] = set()
    while not wanted <= ids:
        ids.update(event.id for event in await receive(consumer))
        await consumer.acknowledge()
    return ids


async def collect(consumer: SqliteLogConsumer, ids: set[str]) -> None:
    while True:
        ids.update(event.id for event in await receive(consumer))
        await consumer.acknowledge()


async def shared_out(log: SqliteLog) -> tuple[list[SqliteLogConsumer], list[set[str]]]:
    """Two members and what each has received, once both get a part of what is published."""
    members = [log.consumer("mail"), log.consumer("mail")]
    parts: list[set[str]] = [set(), set()]
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        collecting = [
            group.create_task(collect(member, part)) for member, part in zip(members, parts, strict=True)
        ]
        number = 0
        while not all(parts):
            number += 1
            await publish(log, f"{number}")
            await asyncio.sleep(0.02)
        for task in collecting:
            task.cancel()
    return members, parts


async def test_what_comes_back_is_what_was_published(log: SqliteLog) -> None:
    await log.publish([event("a", "1")])

    assert await receive(log.consumer("mail")) == [event("a", "1")]


async def test_the_order_of_a_key_is_kept(log: SqliteLog) -> None:
    for number in range(20):
        await log.publish([event("a", f"{number}"), event("b", f"{number}")])

    ids = await received(log.consumer("mail"), 40)

    assert [id for id in ids if id.startswith("a")] == [f"a {number}" for number in range(20)]


async def test_what_was_not_acknowledged_comes_again(log: SqliteLog) -> None:
    wanted = await publish(log, "1")
    consumer = log.consumer("mail")
    await receive(consumer)
    await consumer.close()

    assert set(await received(log.consumer("mail"), len(KEYS))) == wanted


async def test_a_group_misses_nothing_of_before_its_first_start(log: SqliteLog) -> None:
    wanted = await publish(log, "before")

    assert set(await received(log.consumer("mail"), len(KEYS))) == wanted


async def test_a_group_that_is_new_begins_at_the_end_of_the_log(log: SqliteLog, tmp_path: Path) -> None:
    await publish(log, "before")
    later = SqliteLog(tmp_path / "broker.db", ["mail", "new"])
    wanted = await publish(later, "after")

    assert set(await received(later.consumer("new"), len(KEYS))) == wanted
    await later.close()


async def test_two_members_share_the_work(log: SqliteLog) -> None:
    _, [one, other] = await shared_out(log)

    assert one and other


async def test_the_work_of_a_member_that_left_is_taken_over(log: SqliteLog) -> None:
    [one, other], _ = await shared_out(log)
    await one.close()

    wanted = await publish(log, "later")

    assert wanted <= await received_with(other, wanted)


async def test_the_work_of_a_member_that_died_is_taken_over(log: SqliteLog) -> None:
    [_, other], _ = await shared_out(log)

    wanted = await publish(log, "later")

    assert wanted <= await received_with(other, wanted)


async def test_who_lost_its_lease_can_no_longer_acknowledge(log: SqliteLog) -> None:
    wanted = await publish(log, "1")
    zombie, heir = log.consumer("mail"), log.consumer("mail")
    await receive(zombie)
    await asyncio.sleep(sqlite_log.LEASE)

    await receive(heir)
    await zombie.acknowledge()
    await heir.close()

    assert set(await received(log.consumer("mail"), len(KEYS))) == wanted


async def stored(log: SqliteLog) -> int:
    database = await log.prepare()
    return len(await database.all("SELECT 1 FROM log"))


@pytest.fixture
def trimming_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RETENTION", "TRIM", "CHECKPOINT"):
        monkeypatch.setattr(sqlite_log, name, -1.0)


@pytest.mark.usefixtures("trimming_at_once")
async def test_old_events_that_a_group_has_not_read_stay(log: SqliteLog, tmp_path: Path) -> None:
    both = SqliteLog(tmp_path / "broker.db", ["mail", "slow"])
    await both.prepare()
    wanted = await publish(both, "old")
    await received(both.consumer("mail"), len(KEYS))
    await publish(both, "new")

    assert wanted <= set(await received(both.consumer("slow"), 2 * len(KEYS)))
    await both.close()


@pytest.mark.usefixtures("trimming_at_once")
async def test_old_events_that_all_groups_have_read_are_dropped(log: SqliteLog) -> None:
    await publish(log, "old")
    await received(log.consumer("mail"), len(KEYS))

    await publish(log, "new")

    assert await stored(log) == len(KEYS)


@pytest.mark.usefixtures("trimming_at_once")
async def test_a_group_that_is_forgotten_holds_up_nothing(log: SqliteLog, tmp_path: Path) -> None:
    both = SqliteLog(tmp_path / "broker.db", ["mail", "gone"])
    await both.prepare()
    await publish(both, "old")
    await received(both.consumer("mail"), len(KEYS))
    assert [(row["group"], row["unread"]) for row in await both.groups()] == [
        ("gone", len(KEYS)),
        ("mail", 0),
    ]

    await both.forget("gone")
    await publish(both, "new")

    assert await stored(both) == len(KEYS)
    await both.close()


async def test_how_far_a_group_is_behind_can_be_seen(log: SqliteLog) -> None:
    await publish(log, "old")
    database = await log.prepare()
    async with database.begin() as tx:
        await tx.execute("UPDATE log SET stored = stored - 900")

    another = SqliteLog(log._path, ["mail"])
    await publish(another, "new")

    assert (REGISTRY.get_sample_value("event_group_behind_seconds", {"group": "mail"}) or 0) >= 900
    await another.close()


async def test_leases_of_a_clock_that_was_ahead_are_over(log: SqliteLog) -> None:
    wanted = await publish(log, "1")
    await receive(log.consumer("mail"))
    database = await log.prepare()
    async with database.begin() as tx:
        await tx.execute("UPDATE leases SET until = until + 3600")
        await tx.execute("UPDATE members SET seen = seen + 3600")

    assert set(await received(log.consumer("mail"), len(KEYS))) == wanted


async def test_a_file_of_before_there_were_spans_is_read_on(tmp_path: Path) -> None:
    first = SqliteLog(tmp_path / "broker.db", ["mail"])
    wanted = await publish(first, "before")
    await first.close()
    with closing(sqlite3.connect(tmp_path / "broker.db")) as file, file:
        file.execute("ALTER TABLE leases DROP COLUMN span")
        file.execute("DROP TABLE _clock")
        file.execute("UPDATE log SET stored = ?", (time.time(),))
        file.execute("UPDATE leases SET owner = 'gone', until = ?", (time.time() + 3600,))

    log = SqliteLog(tmp_path / "broker.db", ["mail"])

    assert set(await received(log.consumer("mail"), len(KEYS))) == wanted
    await log.close()


async def test_what_is_no_event_is_told_with_the_place_where_it_stood(log: SqliteLog, tmp_path: Path) -> None:
    await log.prepare()
    with closing(sqlite3.connect(tmp_path / "broker.db")) as file, file:
        file.execute(
            "INSERT INTO log (partition, event, stored) VALUES (0, ?, ?)", (b"\xff<order>", time.time())
        )

    async with asyncio.timeout(5):
        [arrival] = await log.consumer("mail").receive()
    assert isinstance(arrival, Unreadable)
    assert (arrival.origin, arrival.body) == ("log-1", b"\xff<order>")


async def test_a_member_is_rung_up_when_there_is_something_to_read(
    log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_log, "POLL_INTERVAL", 60.0)
    monkeypatch.setattr(sqlite_log, "LEASE", 120.0)
    waiting = asyncio.create_task(received(log.consumer("mail"), len(KEYS)))
    await eventually(partial(has_a_member, log))

    wanted = await publish(log, "1")

    assert set(await waiting) == wanted


async def has_a_member(log: SqliteLog) -> bool:
    database = await log.prepare()
    return bool(await database.all("SELECT 1 FROM members"))


async def test_a_file_that_cannot_be_opened_is_opened_as_soon_as_it_can_be(tmp_path: Path) -> None:
    in_the_way = tmp_path / "folder"
    in_the_way.touch()
    log = SqliteLog(in_the_way / "broker.db", ["mail"])
    consumer = log.consumer("mail")
    with pytest.raises(OSError, match="folder"):
        await consumer.receive()
    with pytest.raises(OSError, match="folder"):
        await log.publish([event("a", "1")])

    in_the_way.unlink()
    wanted = await publish(log, "2")

    assert set(await received(consumer, len(KEYS))) == wanted
    await log.close()


async def test_a_file_that_holds_something_else_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database" * 100)

    log = SqliteLog(tmp_path / "notes.txt", ["mail"])

    with pytest.raises(OSError, match="notes.txt: file is not a database"):
        await log.publish([event("a", "1")])

    await log.close()


async def test_the_journal_of_sqlite_does_not_grow_for_ever(
    log: SqliteLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_log, "CHECKPOINT", 0.0)
    for number in range(50):
        await publish(log, f"{number}")

    assert (tmp_path / "broker.db-wal").stat().st_size < 1 << 20
