"""Workflows with an orchestrator: the service that starts a workflow runs its steps and stores its log.

The log of a workflow is its task: written in the transaction that starts it, moved on in the transaction of each step.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import structlog

from shop.platform.monitoring import telemetry
from shop.platform.storage.database import Database, Tx
from shop.platform.storage.ids import new_id
from shop.platform.workflows.actions import Action, ActionCall, Outcome, perform
from shop.platform.workflows.flows import Flows, Workflow
from shop.platform.workflows.open_workflows import note_begin, note_end
from shop.platform.workflows.tasks import Task, Tasks

RUN = "run workflow"
DELIVERY = "deliver event"

log = structlog.get_logger()


class Remote(Protocol):
    """The services in other processes."""

    async def perform(self, call: ActionCall) -> Outcome: ...

    async def deliver(self, call: ActionCall) -> None:
        """Add it to the task queue of the service."""


class _NoServices:
    """All services are in this process, so an action that is not found does not exist."""

    async def perform(self, call: ActionCall) -> Outcome:
        raise LookupError(f"unknown action {call.action}")

    async def deliver(self, call: ActionCall) -> None:
        raise LookupError(f"unknown action {call.action}")


@dataclass(frozen=True, slots=True)
class Run:
    """The progress of a workflow. It includes the remaining steps, so changes of the workflow affect new runs only."""

    workflow: str
    key: str
    context: dict[str, Any] = field(repr=False)
    ahead: dict[str, str]
    """Remaining actions in order -> their undo actions; while undoing -> the actions that they undo."""
    back: dict[str, str]
    """Actions that follow a refusal. Empty while undoing."""

    @property
    def next(self) -> ActionCall:
        action, partner = next(iter(self.ahead.items()))
        if self.back:
            return ActionCall(action, self.key, self.context, self.workflow)
        return ActionCall(action, self.key, self.context, self.workflow, undoes=partner, final=True)

    @property
    def finished(self) -> bool:
        return not self.ahead

    def after(self, outcome: Outcome) -> "Run":
        if outcome.refused:
            return replace(self, context={**self.context, "reason": outcome.reason}, ahead=self.back, back={})
        (done, undo), *ahead = self.ahead.items()
        back = {undo: done, **self.back} if undo and self.back else self.back
        return replace(self, context={**self.context, **outcome.result}, ahead=dict(ahead), back=back)


def begin_run(workflow: Workflow, key: str, data: dict[str, Any]) -> Run:
    steps = {step.do: step.undo for step in workflow.steps}
    return Run(workflow.name, key, data, {**steps, workflow.success: ""}, {workflow.failure: ""})


def _log_published(tx: Tx, types: Iterable[str], key: str) -> None:
    for type in types:
        tx.after_commit(partial(log.info, "event published", type=type, key=key))


class Orchestrator:
    """Runs the workflows and reactions of the services in this process.

    Actions of services in this process run locally, consecutive ones without external calls in one transaction. Actions
    of other services run through `remote`.
    """

    def __init__(
        self, database: Database, flows: Flows, actions: Mapping[str, Action], remote: Remote | None = None
    ) -> None:
        self._database, self._flows, self._actions = database, flows, actions
        self._remote = remote or _NoServices()
        reactions = dict.fromkeys(actions, self._react)
        self.tasks = Tasks(database, {**reactions, RUN: self._advance, DELIVERY: self._deliver})

    async def publish(self, tx: Tx, occurrence: str, key: str, data: dict[str, Any]) -> None:
        await tx.lock(f"events of {key}")  # reactions follow the order of the commits
        published = self._flows.versions.all_published(self._flows.event_of(occurrence), data)
        if occurrence in self._flows.published:
            _log_published(tx, published, key)
        for workflow in self._flows.workflows:
            if workflow.starts == occurrence:
                run = await self._do_local_steps(tx, begin_run(workflow, key, data))
                if not run.finished:
                    await note_begin(tx, run.workflow, key)
                    await self.tasks.add(tx, RUN, f"{run.workflow}/{key}", asdict(run))
        for type, data in published.items():
            for action in self._flows.reactions.get(type, ()):
                call = ActionCall(action, key, data, event=new_id(), event_type=type)
                if action in self._actions:
                    await self.receive(tx, call)
                else:
                    await self.tasks.add(tx, DELIVERY, f"to {action}/{key}", asdict(call))

    async def receive(self, tx: Tx, call: ActionCall) -> None:
        """Add a reaction to the task queue. Repeated ones have no effect."""
        service = call.action.partition(".")[0]
        await self.tasks.add(tx, call.action, f"{service}/{call.key}", asdict(call), id=call.event)

    async def do(self, tx: Tx, call: ActionCall, receipt: tuple[Any, ...] = ()) -> Outcome:
        """Perform the action and publish its occurrence."""
        started = time.perf_counter()
        outcome = await perform(tx, self._actions[call.action], call, receipt)
        if outcome.fresh and call.workflow:  # reactions are logged with their tasks
            trigger = self._flows.start_of(call.workflow)
            step = partial(telemetry.log_done, "step done", started, outcome.reason, handler=call.action)
            tx.after_commit(partial(step, **({"trigger": trigger} if trigger else {}), key=call.key))
        if outcome.fresh and not outcome.refused:
            await self.publish(tx, call.action, call.key, {**call.context, **outcome.result})
        return outcome

    async def _deliver(self, task: Task) -> None:
        await self._remote.deliver(ActionCall(**task.body))
        async with self._database.begin() as tx:
            await self.tasks.done(tx, task)

    async def _react(self, task: Task) -> str | None:
        call = ActionCall(**task.body)
        wanted = [event for event, actions in self._flows.reactions.items() if call.action in actions]
        call = self._flows.versions.current(call, wanted)
        receipt = await self._actions[call.action].call_outside(self._database, call)
        async with self._database.begin() as tx:
            outcome = await self.do(tx, call, receipt)
            await self.tasks.done(tx, task)
        return outcome.reason

    async def _advance(self, task: Task) -> None:
        run = Run(**task.body)
        while not run.finished:
            answer, receipt = await self._wait_for(run.next)
            async with self._database.begin() as tx:
                outcome = answer or await self.do(tx, run.next, receipt)
                run = await self._do_local_steps(tx, run.after(outcome))
                task = await self.tasks.update(tx, task, asdict(run))
                if run.finished:
                    await note_end(tx, run.workflow, run.key)
                    await self.tasks.done(tx, task)

    async def _wait_for(self, call: ActionCall) -> tuple[Outcome | None, tuple[Any, ...]]:
        """Make the calls that must not happen inside a transaction: to another process, or to an external system."""
        if action := self._actions.get(call.action):
            return None, await action.call_outside(self._database, call)
        return await self._remote.perform(call), ()

    async def _do_local_steps(self, tx: Tx, run: Run) -> Run:
        while not run.finished:
            action = self._actions.get(run.next.action)
            if action is None or action.call:
                break
            run = run.after(await self.do(tx, run.next))
        return run
