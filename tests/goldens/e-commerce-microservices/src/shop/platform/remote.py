"""Both ends of a call from one service to another: who asks, and who answers."""

from typing import Any, Protocol

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from shop.platform.actions import Action, Outcome, known_outcome, perform
from shop.platform.flows import Flows
from shop.platform.orchestration import Orchestrator
from shop.platform.tasks import PERMANENT, TRANSIENT, Unavailable
from shop.platform.web import Db, Part


class Calls(Part, Protocol):
    """Sends JSON to another service; raises Unavailable where it does not answer."""

    async def post(self, service: str, path: str, body: dict[str, Any]) -> tuple[int, Any]: ...


class RemoteServices:
    """Asks other services over HTTP.

    200 is an answer; 502, 503 and 504 mean again; another 5xx is a failure, which is tried again but not for ever;
    everything else means that there never will be an answer.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def perform(self, action: str, scope: str, context: dict[str, Any]) -> Outcome:
        service = action.partition(".")[0]
        answer = await self._post(service, f"/internal/actions/{action}", {"scope": scope, "context": context})
        return Outcome(answer["reason"], answer["result"])

    async def deliver(self, service: str, event: dict[str, Any]) -> None:
        await self._post(service, "/internal/events", event)

    async def _post(self, service: str, path: str, body: dict[str, Any]) -> Any:
        status, answer = await self._calls.post(service, path, body)
        if status in (502, 503, 504):
            raise Unavailable(f"{service} answered {status}: {answer}")
        if status >= 500:
            raise RuntimeError(f"{service} failed at {path}: {answer}")
        if status != 200:
            raise ValueError(f"{service} cannot take {path}: {answer}")
        return answer


class Command(BaseModel):
    scope: str
    context: dict[str, Any]


class Answer(BaseModel):
    reason: str | None
    result: dict[str, Any]


class IncomingEvent(BaseModel):
    id: str
    action: str
    key: str
    data: dict[str, Any]


def answering_router(actions: dict[str, Action], flows: Flows, orchestrator: Orchestrator) -> APIRouter:
    """What other services may ask of this one. The gateway does not route /internal."""
    router = APIRouter(prefix="/internal", include_in_schema=False)

    @router.post("/actions/{name}")
    async def act(name: str, command: Command, db: Db) -> Answer:
        if name not in actions:
            raise HTTPException(404, f"No action {name} here.")
        outcome = await known_outcome(db, command.scope, name)
        if outcome is None:
            try:
                outcome = await _act(actions[name], command, db)
            except PERMANENT as error:
                raise HTTPException(422, f"{type(error).__name__}: {error}") from error
            except TRANSIENT as error:
                raise HTTPException(503, f"{type(error).__name__}: {error}", {"Retry-After": "1"}) from error
        return Answer(reason=outcome.reason, result=outcome.result)

    async def _act(action: Action, command: Command, db: Db) -> Outcome:
        receipt = await action.call_outside(command.context)
        async with db.begin() as tx:
            undoes = flows.undone_by(action.name, command.scope)
            performed = await perform(tx, action, command.scope, command.context, receipt, undoes)
            if performed.fresh and not performed.outcome.refused:
                key = command.scope.partition("/")[2]
                await orchestrator.publish(tx, action.name, key, {**command.context, **performed.outcome.result})
        return performed.outcome

    @router.post("/events")
    async def receive(event: IncomingEvent, db: Db) -> None:
        if event.action not in actions:
            raise HTTPException(404, f"No reaction {event.action} here.")
        async with db.begin() as tx:
            await orchestrator.receive(tx, event.model_dump())

    return router
