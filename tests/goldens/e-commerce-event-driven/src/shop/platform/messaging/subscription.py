"""Receives events from the broker."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

import structlog
from prometheus_client import Histogram

from shop.platform.messaging.broker import Arrival, Broker, Consumer, Event
from shop.platform.workflows.background import Loop
from shop.platform.workflows.choreography import Choreography
from shop.platform.workflows.tasks import describe

PAUSE = 1.0
"""Seconds between two attempts to reach the broker."""
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
