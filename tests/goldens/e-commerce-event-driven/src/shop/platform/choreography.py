"""Workflows without an orchestrator: each service does its part after the event before it, and tells how it went."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from shop.platform import telemetry
from shop.platform.actions import Action, Deed, Outcome, perform
from shop.platform.broker import Event, Unreadable
from shop.platform.database import Database, Tx
from shop.platform.dead_letters import bury
from shop.platform.flows import Flows
from shop.platform.outbox import SEND, Outbox
from shop.platform.routes import Route, routes
from shop.platform.tasks import Task, Tasks


class Choreography:
    """The part of one service: the events that it listens to, and what it does then."""

    def __init__(self, database: Database, flows: Flows, actions: Mapping[str, Action], outbox: Outbox) -> None:
        self._database, self._flows, self._actions, self._outbox = database, flows, actions, outbox
        self._routes = [(type, route) for type, route in routes(flows) if route.action in actions]
        self.tasks = Tasks(database, {**dict.fromkeys(actions, self._handle), SEND: self._send_again})

    async def publish(self, tx: Tx, occurrence: str, key: str, data: dict[str, Any], workflow: str = "") -> None:
        await self._outbox.add(tx, self._flows.event_of(occurrence), key, data, workflow)

    async def receive(self, events: Sequence[Event | Unreadable]) -> None:
        """Take in what concerns this service. A repeated event changes nothing."""
        async with self._database.begin() as tx:
            for event in events:
                if isinstance(event, Unreadable):
                    body = {"body": event.body.decode(errors="backslashreplace")}
                    await bury(tx, "inbox.read", event.origin, body, event.error)
                else:
                    await self._follow(tx, event)

    async def _follow(self, tx: Tx, event: Event) -> None:
        for type, route in self._routes:
            if type == event.type and route.takes(event.workflow):
                await self._take_in(tx, event, route)

    async def _take_in(self, tx: Tx, event: Event, route: Route) -> None:
        deed = Deed(
            route.action, event.key, event.data, route.workflow, event.id, undoes=route.undoes, final=route.final
        )
        with telemetry.continued(event.traceparent):
            await self.tasks.add(tx, route.action, event.key, asdict(deed), id=f"{event.id}:{route.workflow}")

    async def _handle(self, task: Task) -> None:
        deed = Deed(**task.body)
        action = self._actions[deed.action]
        receipt = await action.call_outside(self._database, deed)
        async with self._database.begin() as tx:
            outcome = await perform(tx, action, deed, receipt)
            if outcome.fresh:
                await self._tell(tx, deed, outcome)
            await self.tasks.done(tx, task)

    async def _send_again(self, task: Task) -> None:
        async with self._database.begin() as tx:
            await self._outbox.put_back(tx, task.body)
            await self.tasks.done(tx, task)

    async def _tell(self, tx: Tx, deed: Deed, outcome: Outcome) -> None:
        occurrence = f"{deed.action}.refused" if outcome.refused else deed.action
        news = {"reason": outcome.reason} if outcome.refused else outcome.result
        await self.publish(tx, occurrence, deed.key, {**deed.context, **news}, deed.workflow)
