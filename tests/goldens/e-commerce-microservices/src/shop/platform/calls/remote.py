"""Both ends of a call from one service to another: who asks, and who answers."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Header, HTTPException, Response
from fastapi.responses import JSONResponse

from shop.platform.calls.failures import Busy
from shop.platform.calls.resilience import deadline
from shop.platform.http.web import Db
from shop.platform.workflows.actions import Action, ActionCall, Outcome
from shop.platform.workflows.orchestration import Orchestrator
from shop.platform.workflows.tasks import PERMANENT, TRANSIENT, Unavailable, describe

TOTAL = 9.0
"""Seconds for a call with all of its tries, and for what who is asked does on its behalf."""
TIMEOUT_HEADER = "Request-Timeout"
"""Holds the seconds that the caller still waits."""


class Calls(Protocol):
    async def post(self, service: str, path: str, body: dict[str, Any], key: str = "") -> tuple[int, Any]:
        """Send JSON to another service and return the status and the answer. Raises Unavailable where there is none.

        Only what has a key, by which it is known when it comes again, may be sent twice.
        """

    async def close(self) -> None: ...


Seconds = Annotated[float, Header(alias=TIMEOUT_HEADER, gt=0)]


class RemoteServices:
    """Asks other services over HTTP.

    200 is an answer; 429 means later; 502, 503 and 504 mean again; another 5xx is a failure, which is tried again but
    not for ever; everything else means that there never will be an answer.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def perform(self, call: ActionCall) -> Outcome:
        return Outcome(**await self._post(call, f"/internal/actions/{call.action}"))

    async def deliver(self, call: ActionCall) -> None:
        await self._post(call, f"/internal/reactions/{call.action}")

    async def _post(self, call: ActionCall, path: str) -> Any:
        service = call.action.partition(".")[0]
        status, answer = await self._calls.post(service, path, asdict(call), f"{call.scope}/{call.action}")
        if status == 429:
            raise Busy(f"{service} has no room for it", answer["retry_after"] if isinstance(answer, dict) else 1.0)
        if status in (502, 503, 504):
            raise Unavailable(f"{service} answered {status}: {answer}")
        if status >= 500:
            raise RuntimeError(f"{service} failed at {path}: {answer}")
        if status != 200:
            raise ValueError(f"{service} cannot take {path}: {answer}")
        return answer


def answering_router(actions: Mapping[str, Action], orchestrator: Orchestrator) -> APIRouter:
    """What other services may ask of this one. The gateway does not route /internal."""
    router = APIRouter(prefix="/internal", include_in_schema=False)

    @router.post("/actions/{name}", response_model=Outcome)
    async def act(name: str, call: ActionCall, db: Db, seconds: Seconds = TOTAL) -> Outcome | Response:
        action = _known(name)
        try:
            async with deadline(min(seconds, TOTAL)):
                receipt = await action.call_outside(db, call)
                async with db.begin() as tx:
                    return await orchestrator.do(tx, call, receipt)
        except Busy as error:
            return JSONResponse({"retry_after": error.retry_after}, 429)
        except PERMANENT as error:
            raise HTTPException(422, describe(error)) from error
        except TRANSIENT as error:
            raise HTTPException(503, describe(error), {"Retry-After": "1"}) from error

    @router.post("/reactions/{name}")
    async def react(name: str, call: ActionCall, db: Db) -> None:
        _known(name)
        async with db.begin() as tx:
            await orchestrator.receive(tx, call)

    def _known(name: str) -> Action:
        if name not in actions:
            raise HTTPException(404, f"There is no {name} here.")
        return actions[name]

    return router
