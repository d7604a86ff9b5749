"""One base URL in front of several apps, as the gateway does it."""

from collections.abc import Iterable

from fastapi import FastAPI
from starlette.routing import Match
from starlette.types import Receive, Scope, Send


class Gateway:
    """Hands a request to the app that has a public route for it, or else to the first one."""

    def __init__(self, apps: Iterable[FastAPI]) -> None:
        self._apps = list(apps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await next((app for app in self._apps if _serves(app, scope)), self._apps[0])(scope, receive, send)


def _serves(app: FastAPI, scope: Scope) -> bool:
    routers = [service.router for service in app.state.process.services]
    return any(route.matches(scope)[0] is not Match.NONE for router in routers for route in router.routes)
