"""Creates the HTTP app of a process: the routes of its services, health checks and middleware."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI, HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from depot.platform.http.cors import allow_origins
from depot.platform.http.draining import Drain, ending_at_once
from depot.platform.http.headers import SecurityHeaders
from depot.platform.http.openapi import DocumentedAPI, published_document
from depot.platform.http.problems import answer_with_problems, problem
from depot.platform.http.routing import complete_routing
from depot.platform.http.web import Process
from depot.platform.monitoring import operations
from depot.platform.monitoring.telemetry import Telemetry
from depot.platform.storage.schema import migrate_patiently

LARGEST_BODY = 1 << 20

log = structlog.get_logger()


def create_web_app(process: Process, internal: Sequence[APIRouter] = ()) -> FastAPI:
    drain = Drain(process.sources)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for connection in (process.database, *process.connections):
                stack.push_async_callback(connection.close)
            with ending_at_once():
                await migrate_patiently(process.database, [service.package for service in process.services])
            for loop in process.loops:
                await loop.start()
                stack.push_async_callback(loop.stop)
            with drain.on_sigterm():
                yield

    app = DocumentedAPI(
        published_document(),
        title=process.name,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.process, app.state.events, app.state.drain = process, process.events, drain
    app.state.routed = False
    routers = [service.router for service in process.services]
    for router in (*routers, *internal, operations.health, operations.dead_letters, operations.records):
        app.include_router(router)
    answer_with_problems(app)
    complete_routing(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    allow_origins(app)
    app.add_middleware(Telemetry)
    app.add_middleware(AfterResponse)
    app.add_middleware(BriefExit)
    return app


class BriefExit:
    """ASGI middleware: reports a SystemExit during startup as its message, without a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_briefly(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                message = {**message, "message": message["message"].rpartition("SystemExit: ")[2].strip()}
            await send(message)

        await self._app(scope, receive, send_briefly if scope["type"] == "lifespan" else send)


class AfterResponse:
    """ASGI middleware: logs an exception that follows a successful response, such as one of a background task.

    uvicorn would close the connection, and the next request of a gateway on it would fail.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, is_sent = 0, False

        async def send_watched(message: Message) -> None:
            nonlocal status, is_sent
            await send(message)
            status = message.get("status", status)
            is_sent = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await self._app(scope, receive, send_watched)
        except Exception:
            if not is_sent or status >= 500:
                raise
            log.exception("failed after the response", path=scope["path"])


class BodyLimit:
    """ASGI middleware: rejects a body over 1 MiB, with or without Content-Length.

    The rest of the body is read and discarded first: a client that is still sending does not read the response.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > LARGEST_BODY:
            await _drop_body(receive, more=True)
            await problem(413, "The body is larger than 1 MiB.")(scope, receive, send)
            return
        size = 0

        async def receive_counting() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST_BODY:
                await _drop_body(receive, more=message.get("more_body", False))
                raise HTTPException(413, "The body is larger than 1 MiB.")
            return message

        await self._app(scope, receive_counting, send)


async def _drop_body(receive: Receive, more: bool) -> None:
    """Read and discard the rest of the body, up to a maximum size."""
    dropped = 0
    while more and dropped < 16 * LARGEST_BODY:
        message = await receive()
        dropped, more = dropped + len(message.get("body", b"")), message.get("more_body", False)
