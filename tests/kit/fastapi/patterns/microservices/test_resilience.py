"""Callers do not wait for what will not come, and leave alone who cannot answer."""

import asyncio
from contextlib import suppress

import pytest

from acme.platform.calls import resilience
from acme.platform.calls.resilience import AT_ONCE, FAILURES, RETRIES, Dependency, deadline, seconds_left
from acme.platform.workflows.tasks import Unavailable


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resilience, "QUEUE", 0.01)
    monkeypatch.setattr(resilience, "PAUSE", 0.05)


async def fail(dependency: Dependency) -> None:
    with suppress(Unavailable):
        async with dependency.call():
            raise Unavailable("silence")


async def test_what_takes_longer_than_its_deadline_is_cut_off() -> None:
    with pytest.raises(TimeoutError):
        async with deadline(0.01):
            await asyncio.Event().wait()


async def test_a_deadline_inside_another_one_cannot_be_longer() -> None:
    async with deadline(1), deadline(60):
        assert seconds_left() <= 1


async def test_where_too_many_calls_are_open_the_next_one_fails_at_once(short: None) -> None:
    dependency, full, end = Dependency("bank"), asyncio.Barrier(AT_ONCE + 1), asyncio.Event()

    async def hang() -> None:
        async with dependency.call():
            await full.wait()
            await end.wait()

    async with asyncio.TaskGroup() as open_calls:
        for _ in range(AT_ONCE):
            open_calls.create_task(hang())
        await full.wait()
        with pytest.raises(Unavailable, match="bank already has 32 concurrent calls") as caught:
            async with dependency.call():
                pass
        end.set()

    assert caught.value.retry_after > 0
    async with dependency.call():
        pass


async def test_who_has_not_answered_for_a_while_is_not_asked(short: None) -> None:
    dependency = Dependency("bank")
    for _ in range(FAILURES + 1):
        await fail(dependency)

    with pytest.raises(Unavailable, match="bank failed 5 times in a row") as caught:
        async with dependency.call():
            pass
    assert caught.value.retry_after > 0


async def test_one_call_finds_out_whether_there_is_an_answer_again(short: None) -> None:
    dependency, asked = Dependency("bank"), 0
    for _ in range(FAILURES + 1):
        await fail(dependency)
    await asyncio.sleep(resilience.PAUSE)

    async def ask() -> None:
        nonlocal asked
        with suppress(Unavailable):
            async with dependency.call():
                asked += 1
                await asyncio.sleep(0)

    await asyncio.gather(*(ask() for _ in range(10)))
    assert asked == 1
    await ask()
    assert asked == 2


async def test_an_answer_in_between_begins_the_count_anew() -> None:
    dependency = Dependency("bank")
    for _ in range(3):
        for _ in range(FAILURES - 1):
            await fail(dependency)
        async with dependency.call():
            pass


async def test_second_tries_are_few() -> None:
    dependency = Dependency("bank")
    while dependency.may_retry():
        pass

    for _ in range(100):
        async with dependency.call():
            pass

    assert sum(dependency.may_retry() for _ in range(100)) in (RETRIES - 1, RETRIES)
