"""Receives events from the broker."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from prometheus_client import Gauge, Histogram

from shop.platform.messaging.broker import Arrival, Broker, Consumer, Event, last_answer
from shop.platform.workflows.background import Loop
from shop.platform.workflows.choreography import Choreography
from shop.platform.workflows.tasks import describe

PAUSE = 1.0
"""Seconds between two attempts to reach the broker."""
SILENT = 30.0
"""Seconds without an answer of the broker after which this process is not ready."""
SILENCE = Gauge("broker_silent_seconds", "Time since the broker last answered this process, even if it had no events.")
DELAY = Histogram(
    "event_delay_seconds",
    "Time from the creation of an event until this service has received it.",
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1800, 7200),
)

log = structlog.get_logger()


class Subscription(Loop):
    """Moves events from the broker to the inbox. They are acknowledged after they are stored."""

    def __init__(self, broker: Broker, group: str, choreography: Choreography) -> None:
        self._broker, self._group, self._choreography = broker, group, choreography

    async def start(self) -> None:
        last_answer.note()
        SILENCE.set_function(last_answer.age)
        await super().start()

    def obstacle(self, routed: bool) -> str:  # noqa: ARG002, this loop does not depend on it
        return f"the broker has not answered for {SILENT:g} s" if last_answer.age() > SILENT else ""

    async def _run(self) -> None:
        while True:
            try:
                await self._consume(self._broker.consumer(self._group))
            except Exception as error:  # retried after any error of a broker
                log.warning("broker is not available", error=describe(error))
                await asyncio.sleep(PAUSE)

    async def _consume(self, consumer: Consumer) -> None:
        try:
            while True:
                arrivals = await consumer.receive()
                last_answer.note()
                _observe_delays(arrivals)
                await self._choreography.receive(arrivals)
                await consumer.acknowledge()
        finally:
            with suppress(Exception):  # other members take over when the lease expires
                await consumer.close()


def _observe_delays(arrivals: Iterable[Arrival]) -> None:
    now = datetime.now(UTC)
    for event in arrivals:
        if isinstance(event, Event):
            with suppress(ValueError, TypeError):  # other publishers may use another format
                DELAY.observe(max(0.0, (now - datetime.fromisoformat(event.time)).total_seconds()))
