"""Completes the routing: HEAD for GET routes, all methods of a path in `Allow`, 404 for invalid paths."""

from collections.abc import Iterable, Iterator

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shop.platform.http.problems import problem

METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


def complete_routing(app: FastAPI) -> None:
    app.add_exception_handler(405, _not_allowed)
    app.add_middleware(Routing)


class Routing:
    """ASGI middleware: handles HEAD like GET without the body, and rejects paths with U+0000.

    PostgreSQL cannot store that character or search for it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif "\0" in scope["path"]:
            await problem(404, "Not Found")(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._answer_head(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer_head(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        as_get = {**scope, "method": "GET"}
        try:
            await self._app(as_get, receive, send_without_body)
        finally:
            scope["route"] = as_get.get("route")


async def _not_allowed(request: Request, _: Exception) -> Response:
    allowed = ", ".join(_allowed(request.app.routes, request.scope))
    return problem(405, "Method Not Allowed", {"Allow": allowed})


def _allowed(routes: Iterable[BaseRoute], scope: Scope) -> Iterator[str]:
    """Yield the methods that the routes of a path accept."""
    for method in METHODS:
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes):
            yield method
            if method == "GET":
                yield "HEAD"
