"""How events come in."""

import asyncio
from contextlib import suppress

import structlog

from shop.platform.background import Loop
from shop.platform.broker import Broker, Consumer
from shop.platform.choreography import Choreography
from shop.platform.tasks import describe

PAUSE = 1.0
"""Seconds between two attempts to reach the broker."""

log = structlog.get_logger()


class Subscription(Loop):
    """Moves events from the broker into the inbox; acknowledged only when they are stored there."""

    def __init__(self, broker: Broker, group: str, choreography: Choreography) -> None:
        self._broker, self._group, self._choreography = broker, group, choreography

    async def _run(self) -> None:
        while True:
            try:
                await self._take_in(self._broker.consumer(self._group))
            except Exception as error:  # whatever a broker raises, it is tried again
                log.warning("broker does not answer", error=describe(error))
                await asyncio.sleep(PAUSE)

    async def _take_in(self, consumer: Consumer) -> None:
        try:
            while True:
                await self._choreography.receive(await consumer.receive())
                await consumer.acknowledge()
        finally:
            with suppress(Exception):  # it is left without a word then, and others take over a little later
                await consumer.close()
