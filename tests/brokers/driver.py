"""Runs in the environment of a generated project: its broker adapter, at the command of a test.

A command is a line of JSON on stdin, and so is the answer on stdout. All else that is said goes to stderr.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

from office.platform.adapters.brokers import open_broker
from office.platform.messaging.broker import Event, Unreadable, encode, last_answer

TOLD = {"id", "key", "data", "type", "time", "workflow", "traceparent"}
PACE = 0.01
"""Seconds between two rounds of a stream: nobody has to be fast here."""
PAUSE = 0.2
"""Seconds between two attempts."""
AGAIN = 5.0
"""Seconds after which what has not heard a cancellation is told again, as services do."""
LONGEST = 1 << 28
"""Bytes of a command."""

answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def say(**answer: Any) -> None:
    answers.write(json.dumps({**answer, "at": time.monotonic()}) + "\n")


def letter(id: str, key: str) -> Event:
    return Event(id=id, source="/clerks", type="letter.posted", key=key, time="2026-01-02T03:04:05Z", data={})


class Driver:
    def __init__(self, url: str, groups: list[str]) -> None:
        self._broker = open_broker(url, groups)
        self._group = groups[0]
        self._consumer = self._broker.consumer(self._group)
        self._receiving: asyncio.Task[Sequence[Event | Unreadable]] | None = None
        self._background: list[asyncio.Task[None]] = []
        self._number = 0

    async def publish(self, events: list[dict[str, Any]]) -> None:
        await self._broker.publish([Event(source="/clerks", **event) for event in events])
        say(done=True)

    async def publish_raw(self, body: str, key: str) -> None:
        """Have the adapter publish what is no event, in the way in which it publishes one."""
        adapter = sys.modules[type(self._broker).__module__]
        adapter.encode = lambda _: body.encode()
        try:
            await self._broker.publish([letter(uuid4().hex, key)])
        finally:
            adapter.encode = encode
        say(done=True)

    async def receive(self, within: float) -> None:
        """Nothing is cancelled when the time is over: what comes then is the answer to the next question."""
        self._receiving = self._receiving or asyncio.create_task(self._consumer.receive())
        await asyncio.wait([self._receiving], timeout=within)
        events: Sequence[Event | Unreadable] = []
        if self._receiving.done():
            receiving, self._receiving = self._receiving, None
            events = receiving.result()
        say(
            done=True,
            events=[
                event.model_dump(by_alias=False, include=TOLD) for event in events if isinstance(event, Event)
            ],
            unreadable=[event.origin for event in events if isinstance(event, Unreadable)],
        )

    async def acknowledge(self) -> None:
        """Only what was told: what has come since the last question is the answer to the next one."""
        if not self._receiving:
            await self._consumer.acknowledge()
        say(done=True)

    async def silence(self) -> None:
        """Tell how long the broker has been silent."""
        say(seconds=last_answer.age())

    async def leave(self) -> None:
        await self._quiet()
        await self._consumer.close()
        self._consumer = self._broker.consumer(self._group)
        say(done=True)

    async def work(self) -> None:
        """From now on, receive and acknowledge, and tell of it."""
        self._background.append(asyncio.create_task(self._work()))
        say(done=True)

    async def stream(self, keys: list[str]) -> None:
        """From now on, publish, and tell what the broker has taken."""
        self._background.append(asyncio.create_task(self._stream(keys)))
        say(done=True)

    async def rest(self) -> None:
        """Publish no more."""
        await self._quiet()
        say(done=True)

    async def stop(self) -> None:
        await self._quiet()
        await self._consumer.close()
        await self._broker.close()
        say(done=True)

    async def _quiet(self) -> None:
        tasks = [*self._background, *([self._receiving] if self._receiving else [])]
        while tasks and not all(task.done() for task in tasks):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=AGAIN)
        await asyncio.gather(*tasks, return_exceptions=True)
        self._background, self._receiving = [], None

    async def _work(self) -> None:
        """Goes on after an error as the services do, with a consumer that is new."""
        while True:
            try:
                events = await self._consumer.receive()
                say(got=[[event.key, event.id] for event in events if isinstance(event, Event)])
                await self._consumer.acknowledge()
            except Exception as error:  # whatever a broker raises, it is tried again
                sys.stderr.write(f"{error!r}\n")
                await asyncio.sleep(PAUSE)
                with suppress(Exception):  # it is left without a word then
                    await self._consumer.close()
                self._consumer = self._broker.consumer(self._group)

    async def _stream(self, keys: list[str]) -> None:
        """Nothing new comes before the broker has taken what came before."""
        while True:
            self._number += 1
            events = [letter(f"{key}-{self._number:06}", key) for key in keys]
            while not await self._is_taken(events):
                await asyncio.sleep(PAUSE)
            say(taken=[event.id for event in events])
            await asyncio.sleep(PACE)

    async def _is_taken(self, events: list[Event]) -> bool:
        try:
            await self._broker.publish(events)
        except Exception as error:  # whatever a broker raises, it is tried again
            sys.stderr.write(f"{error!r}\n")
            return False
        return True


async def main() -> None:
    lines = asyncio.StreamReader(LONGEST)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    try:
        driver = Driver(sys.argv[1], sys.argv[2].split(","))
        say(done=True)
        while line := await lines.readline():
            command = json.loads(line)
            try:
                await getattr(driver, command.pop("do"))(**command)
            except Exception as error:  # the test judges it
                say(error=repr(error))
    except ValueError as error:
        say(error=repr(error))


asyncio.run(main())
