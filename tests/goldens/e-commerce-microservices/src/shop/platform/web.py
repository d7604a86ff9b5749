"""The HTTP side that every process has: errors, limits, health, metrics, and the operator's routes."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shop.platform import telemetry
from shop.platform.database import Database, migrate
from shop.platform.events import Events
from shop.platform.problems import answer_with_problems, problem
from shop.platform.service import Service
from shop.platform.tasks import Tasks

LARGEST_BODY = 1 << 20


class Part(Protocol):
    """Something that works in the background of a process."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    @property
    def alive(self) -> bool: ...


@dataclass(frozen=True)
class Process:
    """All that one deployable consists of."""

    name: str
    services: Sequence[Service]
    database: Database
    events: Events
    tasks: Tasks
    operator_token: str
    parts: Sequence[Part] = ()
    """What the tasks need to do their work: started before them, stopped after them."""
    sources: Sequence[Part] = ()
    """What brings in new tasks: started after them, stopped before them."""

    @property
    def background(self) -> tuple[Part, ...]:
        return (*self.parts, self.tasks, *self.sources)


async def _process(request: Request) -> Process:
    process: Process = request.app.state.process
    return process


async def _database(process: Annotated[Process, Depends(_process)]) -> Database:
    return process.database


Db = Annotated[Database, Depends(_database)]


def create_web_app(process: Process, internal: Sequence[APIRouter] = ()) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(process.database.close)
            await migrate(process.database, ["shop.platform", *(service.package for service in process.services)])
            for part in process.background:
                await part.start()
                stack.push_async_callback(part.stop)
            yield

    app = FastAPI(title=process.name, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.process, app.state.events = process, process.events
    for router in (*(service.router for service in process.services), *internal, _health, _operator):
        app.include_router(router)
    answer_with_problems(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(telemetry.Telemetry)
    return app


class BodyLimit:
    """ASGI middleware: refuses a body over 1 MiB, whether it announces its size or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > LARGEST_BODY:
            await problem(413, "The body is over 1 MiB.")(scope, receive, send)
            return
        size = 0

        async def receive_counting() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST_BODY:
                raise HTTPException(413, "The body is over 1 MiB.")
            return message

        await self._app(scope, receive_counting, send)


_health = APIRouter(include_in_schema=False)


@_health.get("/livez")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@_health.get("/readyz")
async def readyz(process: Annotated[Process, Depends(_process)]) -> JSONResponse:
    """A broker that is down does not count: requests can be accepted without it."""
    missing = [type(part).__name__ for part in process.background if not part.alive]
    try:
        await process.database.one("SELECT 1")
    except Exception:  # whatever the driver raises, the answer is the same
        missing.append("database")
    if missing:
        return problem(503, f"Not ready: {', '.join(missing)}.")
    return JSONResponse({"status": "ok"})


@_health.get("/metrics")
async def metrics(process: Annotated[Process, Depends(_process)]) -> Response:
    telemetry.WAITING.set(await process.tasks.waiting())
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _for_operators(request: Request, process: Annotated[Process, Depends(_process)]) -> None:
    sent = request.headers.get("authorization", "")
    if not secrets.compare_digest(sent.encode(), f"Bearer {process.operator_token}".encode()):
        raise HTTPException(401, "The operator's token is needed.", {"WWW-Authenticate": "Bearer"})


_operator = APIRouter(prefix="/internal/dead-letters", include_in_schema=False, dependencies=[Depends(_for_operators)])


@_operator.get("")
async def dead_letters(process: Annotated[Process, Depends(_process)]) -> dict[str, list[dict[str, Any]]]:
    return {"items": [dict(row) for row in await process.tasks.dead()]}


@_operator.post("/{id}/replay", status_code=204)
async def replay(id: str, process: Annotated[Process, Depends(_process)]) -> None:
    if not await process.tasks.revive(id):
        raise HTTPException(404, "No such dead letter.")


@_operator.post("/{id}/skip", status_code=204)
async def skip(id: str, process: Annotated[Process, Depends(_process)]) -> None:
    if not await process.tasks.skip(id):
        raise HTTPException(404, "No such dead letter.")
