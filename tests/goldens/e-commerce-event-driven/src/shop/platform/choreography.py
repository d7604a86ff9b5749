"""Workflows without an orchestrator: each service does its part after the event before it, and tells how it went."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from shop.platform.actions import Action, Outcome, perform
from shop.platform.broker import Broker, Consumer, Event
from shop.platform.database import Database, Tx
from shop.platform.flows import Flows
from shop.platform.outbox import PAUSE, Outbox
from shop.platform.tasks import Task, Tasks

log = structlog.get_logger()


@dataclass(frozen=True)
class Route:
    """An action that an event sets off, as a step of a workflow or, where that is empty, as a reaction."""

    action: str
    workflow: str = ""
    starting: bool = False

    def takes(self, event: Event) -> bool:
        return self.workflow in ("", event.workflow) or self.starting


class Choreography:
    """The part of one service: the events that it listens to, and what it does then."""

    def __init__(
        self, service: str, database: Database, flows: Flows, actions: Mapping[str, Action], outbox: Outbox
    ) -> None:
        self._service, self._database, self._flows, self._actions, self._outbox = (
            service,
            database,
            flows,
            actions,
            outbox,
        )
        self._routes = _routes(flows, actions)
        self.tasks = Tasks(database, dict.fromkeys(actions, self._handle))

    async def publish(self, tx: Tx, occurrence: str, key: str, data: dict[str, Any], workflow: str = "") -> None:
        await self._outbox.add(tx, self._flows.event_of(occurrence), key, data, workflow)

    async def receive(self, events: list[Event]) -> None:
        """Take in what concerns this service. A repeated event changes nothing."""
        async with self._database.begin() as tx:
            for event in events:
                for route in self._routes[event.type]:
                    if route.takes(event):
                        body = {**asdict(event), "workflow": route.workflow}
                        key, id = f"{self._service}/{event.key}", f"{event.id}:{route.workflow}"
                        await self.tasks.add(tx, route.action, key, body, id, event.traceparent)

    async def _handle(self, task: Task) -> None:
        event, action = Event(**task.body), self._actions[task.handler]
        scope = f"{event.workflow}/{event.key}" if event.workflow else event.id
        receipt = await action.call_outside(event.data)
        async with self._database.begin() as tx:
            undoes = self._flows.undone_by(action.name, scope)
            performed = await perform(tx, action, scope, event.data, receipt, undoes)
            if performed.fresh:
                await self._tell(tx, action.name, event, performed.outcome)
            await self.tasks.done(tx, task)

    async def _tell(self, tx: Tx, action: str, event: Event, outcome: Outcome) -> None:
        if outcome.refused and self._flows.is_last_resort(action, event.workflow):
            raise AssertionError(f"{action} ends {event.workflow} and may not be refused: {outcome.reason}")
        if outcome.refused:
            data = {**event.data, "reason": outcome.reason}
            await self.publish(tx, f"{action}.refused", event.key, data, event.workflow)
        else:
            await self.publish(tx, action, event.key, {**event.data, **outcome.result}, event.workflow)


def _routes(flows: Flows, actions: Mapping[str, Action]) -> dict[str, list[Route]]:
    """Event type -> what it sets off in this service."""
    routes: dict[str, list[Route]] = defaultdict(list)
    for workflow in flows.workflows:
        for occurrence, action in workflow.transitions():
            if action in actions:
                route = Route(action, workflow.name, starting=occurrence == workflow.starts)
                routes[flows.event_of(occurrence)].append(route)
    for event, names in flows.reactions.items():
        routes[event] += [Route(name) for name in names if name in actions]
    return routes


class Subscription:
    """Moves events from the broker into the inbox; acknowledged only when they are stored there."""

    def __init__(self, broker: Broker, group: str, choreography: Choreography) -> None:
        self._broker, self._group, self._choreography = broker, group, choreography
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    @property
    def alive(self) -> bool:
        return self._loop is not None and not self._loop.done()

    async def _run(self) -> None:
        while True:
            consumer = self._broker.consumer(self._group)
            try:
                await self._take_in(consumer)
            except Exception as error:  # whatever a broker raises, it is tried again
                log.warning("broker does not answer", error=repr(error))
                await asyncio.sleep(PAUSE)

    async def _take_in(self, consumer: Consumer) -> None:
        try:
            while True:
                await self._choreography.receive(await consumer.receive())
                await consumer.acknowledge()
        finally:
            await consumer.close()
