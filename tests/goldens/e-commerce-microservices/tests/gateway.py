"""Routes requests to several apps, as the gateway does."""

from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import Receive, Scope, Send


class Gateway:
    """Sends a request to the app with the most literal matching public route, or to the first one."""

    def __init__(self, apps: Iterable[FastAPI]) -> None:
        self._apps = list(apps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        matches = [(parameters, app) for app in self._apps for parameters in _matching(app, scope["path"])]
        _, app = min(matches, key=lambda each: each[0], default=([], self._apps[0]))
        await app(scope, receive, send)


def _matching(app: FastAPI, path: str) -> Iterator[list[bool]]:
    """Return for each public route that matches which of its segments are parameters."""
    for service in app.state.process.services:
        for route in iter_route_contexts(service.router.routes):
            if route.path_regex.match(path):
                yield [segment.startswith("{") for segment in str(route.path_format).split("/")]
