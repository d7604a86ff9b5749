"""Workflows without an orchestrator: each service reacts to the previous event and publishes its outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import structlog

from shop.platform.messaging.broker import Arrival, Event, Unreadable
from shop.platform.messaging.outbox import Outbox
from shop.platform.messaging.versions import base_of
from shop.platform.monitoring import telemetry
from shop.platform.storage.database import Database, Tx
from shop.platform.storage.ids import derived_id
from shop.platform.workflows.actions import Action, ActionCall, Outcome, perform
from shop.platform.workflows.flows import Flows
from shop.platform.workflows.open_workflows import note_begin, note_end
from shop.platform.workflows.routes import routes
from shop.platform.workflows.tasks import Task, Tasks
from shop.platform.workflows.watchdog import watch

READ = "read event"
PUBLISH = "publish event"
RESENT = "resent"
"""Key in the body of a task that an event has repeated: the number of the repetition."""

log = structlog.get_logger()


class Choreography:
    """Handles the events that one service subscribes to."""

    def __init__(self, database: Database, flows: Flows, actions: Mapping[str, Action], outbox: Outbox) -> None:
        self._database, self._flows, self._actions, self._outbox = database, flows, actions, outbox
        self._routes = [(flows.versions.line(type), route) for type, route in routes(flows) if route.action in actions]
        self._ends = {(each.name, last) for each in flows.workflows for last in (each.success, each.failure)}
        self.tasks = Tasks(database, {**dict.fromkeys(actions, self._handle), READ: self._read, PUBLISH: self._publish})
        outbox.set_aside = self._set_aside

    async def publish(self, tx: Tx, occurrence: str, key: str, data: dict[str, Any]) -> None:
        events = await self._outbox.add(tx, self._flows.event_of(occurrence), key, data)
        for each in self._flows.workflows:
            if each.starts == occurrence:
                await note_begin(tx, each.name, key)
                await watch(tx, each.name, key, events)

    async def _set_aside(self, tx: Tx, event: Event) -> None:
        with telemetry.continued(event.traceparent):
            body = {"event": event.model_dump_json()}
            await self.tasks.add(tx, PUBLISH, f"publish/{event.id}", body, id=event.id)

    async def _publish(self, task: Task) -> None:
        """Publish an event that the broker rejected. Fails again until the broker accepts it."""
        await self._outbox.publisher.publish([Event.model_validate_json(task.body["event"])])
        async with self._database.begin() as tx:
            await self.tasks.done(tx, task)

    async def receive(self, arrivals: Sequence[Arrival]) -> None:
        """Add a task for each action that an event triggers. Repeated events have no effect.

        A message that cannot be read becomes a dead letter.
        """
        async with self._database.begin() as tx:
            for arrival in arrivals:
                if isinstance(arrival, Unreadable):
                    log.error("message is not an event", origin=arrival.origin, error=arrival.error)
                    body = {"event": arrival.body.decode(errors="backslashreplace")}
                    await self.tasks.add(tx, READ, arrival.origin, body, id=arrival.origin)
                elif self._is_unknown(arrival):
                    with telemetry.continued(arrival.traceparent):
                        body = {"event": arrival.model_dump_json()}
                        await self.tasks.add(tx, READ, arrival.key, body, id=arrival.id)
                else:
                    await self._add_tasks(tx, arrival)

    async def _add_tasks(self, tx: Tx, event: Event) -> None:
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
                body, id = asdict(call), f"{occurrence}:{route.workflow}"
                with telemetry.continued(event.traceparent):
                    if event.resent and route.workflow:
                        await self.tasks.repeat(tx, route.action, event.key, {**body, RESENT: event.resent}, id)
                    else:
                        await self.tasks.add(tx, route.action, event.key, body, id)

    def _is_unknown(self, event: Event) -> bool:
        """Return whether this service subscribes to the event, but to none of its published versions."""
        base = base_of(event.type)
        return any(base_of(line[0]) == base and event.types.isdisjoint(line) for line, _ in self._routes)

    async def _read(self, task: Task) -> None:
        """Retry an event after an operator replays it."""
        event = Event.model_validate_json(task.body["event"])
        if self._is_unknown(event):
            raise LookupError(f"unknown version {event.type}")
        async with self._database.begin() as tx:
            await self._add_tasks(tx, event)
            await self.tasks.done(tx, task)

    async def _handle(self, task: Task) -> str | None:
        body = dict(task.body)
        resent = body.pop(RESENT, 0)
        call = ActionCall(**body)
        wanted = [line[0] for line, one in self._routes if (one.action, one.workflow) == (call.action, call.workflow)]
        call = self._flows.versions.current(call, wanted)
        action = self._actions[call.action]
        receipt = await action.call_outside(self._database, call)
        async with self._database.begin() as tx:
            outcome = await perform(tx, action, call, receipt)
            if outcome.fresh or resent:  # the event of a stored outcome may be the one that was lost
                await self._publish_outcome(tx, call, outcome, resent)
            if (call.workflow, call.action) in self._ends:
                await note_end(tx, call.workflow, call.key)
            await self.tasks.done(tx, task)
        return outcome.reason

    async def _publish_outcome(self, tx: Tx, call: ActionCall, outcome: Outcome, resent: int) -> None:
        """Publish the event of an outcome. In a workflow, a repetition has the same id, so that it counts once."""
        occurrence = f"{call.action}.refused" if outcome.refused else call.action
        result = {"reason": outcome.reason} if outcome.refused else outcome.result
        type, data = self._flows.event_of(occurrence), {**call.context, **result}
        id = derived_id(call.workflow, call.key, occurrence) if call.workflow else ""
        await self._outbox.add(tx, type, call.key, data, call.workflow, id=id, resent=resent)
