"""Workflows without an orchestrator: each service does its part after the event before it, and tells how it went."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import structlog

from shop.platform import telemetry
from shop.platform.actions import Action, Deed, Outcome, perform
from shop.platform.broker import Arrival, Event, Unreadable
from shop.platform.database import Database, Tx
from shop.platform.flows import Flows
from shop.platform.outbox import Outbox
from shop.platform.routes import of_another_version, routes
from shop.platform.tasks import Task, Tasks

READ = "read event"
PUBLISH = "publish event"

log = structlog.get_logger()


class Choreography:
    """The part of one service: the events that it listens to, and what it does then."""

    def __init__(self, database: Database, flows: Flows, actions: Mapping[str, Action], outbox: Outbox) -> None:
        self._database, self._flows, self._actions, self._outbox = database, flows, actions, outbox
        self._routes = [(type, route) for type, route in routes(flows) if route.action in actions]
        self.tasks = Tasks(database, {**dict.fromkeys(actions, self._handle), READ: self._read, PUBLISH: self._publish})
        outbox.set_aside = self._set_aside

    async def publish(self, tx: Tx, occurrence: str, key: str, data: dict[str, Any], workflow: str = "") -> None:
        await self._outbox.add(tx, self._flows.event_of(occurrence), key, data, workflow)

    async def _set_aside(self, tx: Tx, event: Event) -> None:
        with telemetry.continued(event.traceparent):
            body = {"event": event.model_dump_json()}
            await self.tasks.add(tx, PUBLISH, f"publish/{event.id}", body, id=event.id)

    async def _publish(self, task: Task) -> None:
        """What the broker did not take: it fails again, until an operator has made the broker take it."""
        await self._outbox.publisher.publish([Event.model_validate_json(task.body["event"])])
        async with self._database.begin() as tx:
            await self.tasks.done(tx, task)

    async def receive(self, arrivals: Sequence[Arrival]) -> None:
        """Take in what concerns this service. A repeated event changes nothing.

        What cannot be read is kept as a task that cannot be done, and so among the dead letters.
        """
        async with self._database.begin() as tx:
            for arrival in arrivals:
                if isinstance(arrival, Unreadable):
                    log.error("what came in is no event", origin=arrival.origin, error=arrival.error)
                    body = {"event": arrival.body.decode(errors="backslashreplace")}
                    await self.tasks.add(tx, READ, arrival.origin, body, id=arrival.origin)
                elif of_another_version(arrival.type, {type for type, _ in self._routes}):
                    with telemetry.continued(arrival.traceparent):
                        body = {"event": arrival.model_dump_json()}
                        await self.tasks.add(tx, READ, arrival.key, body, id=arrival.id)
                else:
                    await self._take_in(tx, arrival)

    async def _take_in(self, tx: Tx, event: Event) -> None:
        for type, route in self._routes:
            if type == event.type and route.takes(event.workflow):
                deed = Deed(
                    route.action,
                    event.key,
                    event.data,
                    route.workflow,
                    event.id,
                    event.type,
                    undoes=route.undoes,
                    final=route.final,
                )
                with telemetry.continued(event.traceparent):
                    await self.tasks.add(tx, route.action, event.key, asdict(deed), id=f"{event.id}:{route.workflow}")

    async def _read(self, task: Task) -> None:
        """Another try, after an operator asked for it."""
        event = Event.model_validate_json(task.body["event"])
        known = {type for type, _ in self._routes}
        if of_another_version(event.type, known):
            raise LookupError(f"{event.type} is of a version that is not known here; known are {sorted(known)}")
        async with self._database.begin() as tx:
            await self._take_in(tx, event)
            await self.tasks.done(tx, task)

    async def _handle(self, task: Task) -> None:
        deed = Deed(**task.body)
        action = self._actions[deed.action]
        receipt = await action.call_outside(self._database, deed)
        async with self._database.begin() as tx:
            outcome = await perform(tx, action, deed, receipt)
            if outcome.fresh:
                await self._tell(tx, deed, outcome)
            await self.tasks.done(tx, task)

    async def _tell(self, tx: Tx, deed: Deed, outcome: Outcome) -> None:
        occurrence = f"{deed.action}.refused" if outcome.refused else deed.action
        news = {"reason": outcome.reason} if outcome.refused else outcome.result
        await self.publish(tx, occurrence, deed.key, {**deed.context, **news}, deed.workflow)
