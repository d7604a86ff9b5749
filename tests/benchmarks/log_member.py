"""Runs in the environment of a generated project: one process on its embedded broker, by the clock.

`publish URL COUNT PAUSE` publishes one by one, each when the one before is stored. `consume URL COUNT`
receives and acknowledges. Both print what came of it as a line of JSON.
"""

import asyncio
import json
import sys
import time
from typing import Any

from office.platform.adapters.brokers import open_broker
from office.platform.messaging.broker import Broker, Event

GROUP = "clerks"
KEYS = 500
LINE = {"product_id": "0197a4d2-7c1e-7d3b-9d5c-2f6a8b1c4e90", "quantity": 2}


def event(number: int) -> Event:
    """As large as that of a placed order: half a kilobyte with its envelope."""
    return Event(
        id=f"0197a4d2-7c1e-7d3b-9d5c-{number:012}",
        source="/orders",
        type="order.placed",
        key=f"0197a4d2-7c1e-7d3b-9d5d-{number % KEYS:012}",
        time="2026-01-02T03:04:05.678901+00:00",
        data={"items": [LINE], "payment_method": "card", "status": "pending", "sent": time.monotonic()},
    )


async def publish(broker: Broker, count: int, pause: float) -> dict[str, Any]:
    started = time.perf_counter()
    for number in range(count):
        await broker.publish([event(number)])
        if pause:
            await asyncio.sleep(pause)
    return {"seconds": time.perf_counter() - started}


async def consume(broker: Broker, count: int) -> dict[str, Any]:
    """`delays` are the seconds from before an event was published until it was here; not of the first."""
    consumer = broker.consumer(GROUP)
    delays: list[float] = []
    got, started = 0, time.perf_counter()
    events = await consumer.receive()
    say({"joined": True})
    while True:
        now = time.monotonic()
        delays += [now - event.data["sent"] for event in events if isinstance(event, Event)] if got else []
        got += len(events)
        await consumer.acknowledge()
        if got >= count:
            break
        events = await consumer.receive()
    seconds = time.perf_counter() - started
    await consumer.close()
    return {"seconds": seconds, "delays": delays}


def say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


async def main(what: str, url: str, *numbers: str) -> None:
    worked = time.process_time()
    broker = open_broker(url, [GROUP])
    done = await (
        publish(broker, int(numbers[0]), float(numbers[1]))
        if what == "publish"
        else consume(broker, int(numbers[0]))
    )
    await broker.close()
    say({**done, "processor": time.process_time() - worked})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
