"""Workflows under an orchestrator: the service that starts one asks for each step and keeps the log of it.

The log of a workflow is its task: written in the transaction that starts it, moved on in the transaction of each step.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from shop.platform.actions import Action, Outcome, perform
from shop.platform.database import Database, Tx
from shop.platform.flows import Flows, Workflow
from shop.platform.ids import new_id
from shop.platform.tasks import Task, Tasks

DELIVERY = "deliver event"


class Remote(Protocol):
    """The services in other processes."""

    async def perform(self, action: str, scope: str, context: dict[str, Any]) -> Outcome: ...

    async def deliver(self, service: str, event: dict[str, Any]) -> None: ...


@dataclass(frozen=True)
class Run:
    """How far a workflow has come. `position` counts the steps that are done; undoing counts them down."""

    workflow: str
    key: str
    context: dict[str, Any] = field(repr=False)
    position: int = 0
    undoing: bool = False
    finished: bool = False

    @property
    def scope(self) -> str:
        return f"{self.workflow}/{self.key}"

    def next_action(self, workflow: Workflow) -> str | None:
        """None where there is nothing to do at this position: a step without an undo."""
        if self.undoing:
            return workflow.steps[self.position - 1].undo if self.position else workflow.failure
        return workflow.steps[self.position].do if self.position < len(workflow.steps) else workflow.success

    def after(self, workflow: Workflow, outcome: Outcome) -> "Run":
        if outcome.refused and self.undoing:
            raise AssertionError(f"{self.next_action(workflow)} may not be refused: {outcome.reason}")
        if outcome.refused:
            return replace(self, undoing=True, context={**self.context, "reason": outcome.reason})
        context = {**self.context, **outcome.result}
        if self.undoing:
            return replace(self, context=context, position=max(self.position - 1, 0), finished=self.position == 0)
        done = self.position == len(workflow.steps)
        return replace(self, context=context, position=self.position + (not done), finished=done)


class Orchestrator:
    """Runs the workflows and reactions of the services in this process.

    Actions of services in this process are done here, one after the other in one transaction where none of them calls
    the outside; those of other services are asked for through `remote`.
    """

    def __init__(
        self, database: Database, flows: Flows, actions: Mapping[str, Action], remote: Remote | None = None
    ) -> None:
        self._database, self._flows, self._actions, self._remote = database, flows, actions, remote
        self._workflows = {workflow.name: workflow for workflow in flows.workflows}
        reactions = {name: self._react for names in flows.reactions.values() for name in names if name in actions}
        self.tasks = Tasks(
            database, {**dict.fromkeys(self._workflows, self._advance), **reactions, DELIVERY: self._deliver}
        )

    async def publish(self, tx: Tx, occurrence: str, key: str, data: dict[str, Any]) -> None:
        for workflow in self._flows.starting_at(occurrence):
            run = await self._do_local_steps(tx, Run(workflow.name, key, data))
            if not run.finished:
                await self.tasks.add(tx, workflow.name, run.scope, asdict(run))
        for name in self._flows.reactions_to(occurrence):
            await self._tell(tx, name, {"id": new_id(), "action": name, "key": key, "data": data})

    async def receive(self, tx: Tx, event: dict[str, Any]) -> None:
        """Take in an event for a reaction of this process. A repeated one changes nothing."""
        service = event["action"].partition(".")[0]
        await self.tasks.add(tx, event["action"], f"{service}/{event['key']}", event["data"], id=event["id"])

    async def _tell(self, tx: Tx, name: str, event: dict[str, Any]) -> None:
        if name in self._actions:
            await self.receive(tx, event)
        else:
            await self.tasks.add(tx, DELIVERY, f"to {name}/{event['key']}", event)

    async def _deliver(self, task: Task) -> None:
        assert self._remote
        await self._remote.deliver(task.body["action"].partition(".")[0], task.body)
        async with self._database.begin() as tx:
            await self.tasks.done(tx, task)

    async def _react(self, task: Task) -> None:
        action = self._actions[task.handler]
        receipt = await action.call_outside(task.body)
        async with self._database.begin() as tx:
            performed = await perform(tx, action, task.id, task.body, receipt)
            if performed.fresh and not performed.outcome.refused:
                await self.publish(
                    tx, action.name, task.key.partition("/")[2], {**task.body, **performed.outcome.result}
                )
            await self.tasks.done(tx, task)

    async def _advance(self, task: Task) -> None:
        run = Run(**task.body)
        while not run.finished:
            name = run.next_action(self._workflows[run.workflow])
            action = self._actions.get(name or "")
            if name and action is None:
                assert self._remote
                outcome = await self._remote.perform(name, run.scope, run.context)
                async with self._database.begin() as tx:
                    run, task = await self._save(tx, task, await self._do_local_steps(tx, self._after(run, outcome)))
                continue
            receipt = await action.call_outside(run.context) if action else ()
            async with self._database.begin() as tx:
                moved = await self._do(tx, run, action, receipt) if action else self._after(run, Outcome())
                run, task = await self._save(tx, task, await self._do_local_steps(tx, moved))

    async def _save(self, tx: Tx, task: Task, run: Run) -> tuple[Run, Task]:
        await self.tasks.update(tx, task, asdict(run))
        if run.finished:
            await self.tasks.done(tx, task)
        return run, replace(task, body=asdict(run))

    async def _do_local_steps(self, tx: Tx, run: Run) -> Run:
        while not run.finished:
            name = run.next_action(self._workflows[run.workflow])
            action = self._actions.get(name or "")
            if name and (action is None or action.call):
                break
            run = await self._do(tx, run, action, ()) if action else self._after(run, Outcome())
        return run

    async def _do(self, tx: Tx, run: Run, action: Action, receipt: tuple[Any, ...]) -> Run:
        undoes = self._flows.undone_by(action.name, run.scope)
        performed = await perform(tx, action, run.scope, run.context, receipt, undoes)
        moved = self._after(run, performed.outcome)
        if performed.fresh and not performed.outcome.refused:
            await self.publish(tx, action.name, run.key, moved.context)
        return moved

    def _after(self, run: Run, outcome: Outcome) -> Run:
        return run.after(self._workflows[run.workflow], outcome)
