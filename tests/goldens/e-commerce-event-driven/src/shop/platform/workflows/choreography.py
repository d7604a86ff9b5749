"""Workflows without an orchestrator: each service does its part after the event before it, and tells how it went."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import structlog

from shop.platform.messaging.broker import Arrival, Event, Unreadable
from shop.platform.messaging.outbox import Outbox
from shop.platform.messaging.versions import base_of
from shop.platform.monitoring import telemetry
from shop.platform.storage.database import Database, Tx
from shop.platform.workflows.actions import Action, ActionCall, Outcome, perform
from shop.platform.workflows.flows import Flows
from shop.platform.workflows.open_workflows import note_begin, note_end
from shop.platform.workflows.routes import routes
from shop.platform.workflows.tasks import Task, Tasks

READ = "read event"
PUBLISH = "publish event"

log = structlog.get_logger()


class Choreography:
    """The part of one service: the events that it listens to, and what it does then."""

    def __init__(self, database: Database, flows: Flows, actions: Mapping[str, Action], outbox: Outbox) -> None:
        self._database, self._flows, self._actions, self._outbox = database, flows, actions, outbox
        self._routes = [(flows.versions.line(type), route) for type, route in routes(flows) if route.action in actions]
        self._ends = {(each.name, last) for each in flows.workflows for last in (each.success, each.failure)}
        self.tasks = Tasks(database, {**dict.fromkeys(actions, self._handle), READ: self._read, PUBLISH: self._publish})
        outbox.set_aside = self._set_aside

    async def publish(self, tx: Tx, occurrence: str, key: str, data: dict[str, Any], workflow: str = "") -> None:
        for each in self._flows.workflows:
            if each.starts == occurrence:
                await note_begin(tx, each.name, key)
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
                elif self._is_unknown(arrival):
                    with telemetry.continued(arrival.traceparent):
                        body = {"event": arrival.model_dump_json()}
                        await self.tasks.add(tx, READ, arrival.key, body, id=arrival.id)
                else:
                    await self._take_in(tx, arrival)

    async def _take_in(self, tx: Tx, event: Event) -> None:
        occurrence = event.occurrence or event.id
        for line, route in self._routes:
            if event.suits(line) and route.takes(event.workflow):
                call = ActionCall(
                    route.action,
                    event.key,
                    event.data,
                    route.workflow,
                    occurrence,
                    event.type,
                    undoes=route.undoes,
                    final=route.final,
                )
                with telemetry.continued(event.traceparent):
                    await self.tasks.add(tx, route.action, event.key, asdict(call), id=f"{occurrence}:{route.workflow}")

    def _is_unknown(self, event: Event) -> bool:
        """Whether somebody here listens to the event, but to no version of it that is told."""
        base = base_of(event.type)
        return any(base_of(line[0]) == base and event.told.isdisjoint(line) for line, _ in self._routes)

    async def _read(self, task: Task) -> None:
        """Another try, after an operator asked for it."""
        event = Event.model_validate_json(task.body["event"])
        if self._is_unknown(event):
            raise LookupError(f"{event.type} is of a version that is not known here")
        async with self._database.begin() as tx:
            await self._take_in(tx, event)
            await self.tasks.done(tx, task)

    async def _handle(self, task: Task) -> None:
        call = ActionCall(**task.body)
        wanted = [line[0] for line, one in self._routes if (one.action, one.workflow) == (call.action, call.workflow)]
        call = self._flows.versions.current(call, wanted)
        action = self._actions[call.action]
        receipt = await action.call_outside(self._database, call)
        async with self._database.begin() as tx:
            outcome = await perform(tx, action, call, receipt)
            if outcome.fresh:
                await self._tell(tx, call, outcome)
            if (call.workflow, call.action) in self._ends:
                await note_end(tx, call.workflow, call.key)
            await self.tasks.done(tx, task)

    async def _tell(self, tx: Tx, call: ActionCall, outcome: Outcome) -> None:
        occurrence = f"{call.action}.refused" if outcome.refused else call.action
        news = {"reason": outcome.reason} if outcome.refused else outcome.result
        await self.publish(tx, occurrence, call.key, {**call.context, **news}, call.workflow)
