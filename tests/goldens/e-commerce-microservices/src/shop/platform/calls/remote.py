"""Calls between services: the client and the routes of the server."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Protocol

import structlog
from fastapi import APIRouter, Header, HTTPException, Response
from fastapi.responses import JSONResponse

from shop.platform.calls.failures import Busy, Rejected
from shop.platform.calls.resilience import deadline
from shop.platform.http.web import Db
from shop.platform.workflows.actions import Action, ActionCall, Outcome
from shop.platform.workflows.orchestration import Orchestrator
from shop.platform.workflows.tasks import PERMANENT, TRANSIENT, Unavailable, describe, traceback_of

TOTAL = 9.0
"""Seconds for a call including retries, and for its execution on the server."""
TIMEOUT_HEADER = "Request-Timeout"
"""Header with the seconds that the caller still waits."""

log = structlog.get_logger()


class Calls(Protocol):
    async def post(self, service: str, path: str, body: dict[str, Any], key: str = "") -> tuple[int, Any]:
        """Send JSON to another service and return the status and the body. Raises Unavailable without a response.

        Only a request with an idempotency key is retried after it may have arrived.
        """

    async def close(self) -> None: ...


Seconds = Annotated[float, Header(alias=TIMEOUT_HEADER, gt=0)]


class RemoteServices:
    """Calls other services over HTTP.

    429, 502, 503 and 504 are retried without a limit, other 5xx up to a limit. Any other status except 200 is a
    permanent failure.
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
            raise Busy(
                f"{service} has too many concurrent calls", answer["retry_after"] if isinstance(answer, dict) else 1.0
            )
        if status == 200:
            return answer
        reason = answer["detail"] if isinstance(answer, dict) and "detail" in answer else answer
        if status in (502, 503, 504):
            raise Unavailable(f"{service} answered {status}: {reason}")
        if status >= 500:
            raise RuntimeError(f"{service} failed at {path}: {reason}")
        raise Rejected(f"{service} rejects {path} with {status}: {reason}")


def answering_router(actions: Mapping[str, Action], orchestrator: Orchestrator) -> APIRouter:
    """Routes for calls from other services. The gateway does not expose /internal."""
    router = APIRouter(prefix="/internal", include_in_schema=False)

    @router.post("/actions/{name}", response_model=Outcome)
    async def act(name: str, call: ActionCall, db: Db, seconds: Seconds = TOTAL) -> Outcome | Response:
        action = _action(name)
        try:
            async with deadline(min(seconds, TOTAL)):
                receipt = await action.call_outside(db, call)
                async with db.begin() as tx:
                    return await orchestrator.do(tx, call, receipt)
        except Busy as error:
            return JSONResponse({"retry_after": error.retry_after}, 429)
        except PERMANENT as error:
            log.error("action failed", handler=name, key=call.key, exception=traceback_of(error))
            raise HTTPException(422, describe(error)) from error
        except TRANSIENT as error:
            raise HTTPException(503, describe(error), {"Retry-After": "1"}) from error

    @router.post("/reactions/{name}")
    async def react(name: str, call: ActionCall, db: Db) -> None:
        _action(name)
        async with db.begin() as tx:
            await orchestrator.receive(tx, call)

    def _action(name: str) -> Action:
        if name not in actions:
            raise HTTPException(404, f"Unknown action: {name}.")
        return actions[name]

    return router
