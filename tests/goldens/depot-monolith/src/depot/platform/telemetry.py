"""Logs as JSON lines, metrics for Prometheus, and one trace id through requests, calls and events."""

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from prometheus_client import Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
DURATION = Histogram("http_request_duration_seconds", "Time from request to answer.", ["method", "route"])
TASKS = Counter(
    "tasks_total", "Events and workflow steps handled; outcome is done, failed or dead.", ["handler", "outcome"]
)
WAITING = Gauge("tasks_waiting", "Events and workflow steps that are not done yet: the lag of this service.")

_trace: ContextVar[str] = ContextVar("trace")
log = structlog.get_logger()


def configure_logging(service: str) -> None:
    """One JSON object a line on stdout, also for what libraries log."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add_service(service),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _add_service(service: str) -> structlog.typing.Processor:
    def add(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["service"] = service
        if trace := _trace.get(None):
            event["trace_id"] = trace.split("-")[1]
        return event

    return add


def traceparent() -> str:
    """The W3C trace context to pass on: the trace that is going on, under a new span id; or a new trace."""
    trace = _trace.get(None)
    trace_id = trace.split("-")[1] if trace else os.urandom(16).hex()
    return f"00-{trace_id}-{os.urandom(8).hex()}-01"


@contextmanager
def continued(parent: str) -> Iterator[None]:
    """What happens inside belongs to the trace of `parent`."""
    token = _trace.set(parent if _is_traceparent(parent) else traceparent())
    try:
        yield
    finally:
        _trace.reset(token)


def _is_traceparent(text: str) -> bool:
    parts = text.split("-")
    if [len(part) for part in parts[:4]] != [2, 32, 16, 2] or parts[0] == "ff":
        return False
    return all(c in "0123456789abcdef" for part in parts[:4] for c in part) and set(parts[1]) != {"0"}


class Telemetry:
    """ASGI middleware: a log line and metrics for each request, in the trace that the caller sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        parent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), "")
        status, started = 500, time.perf_counter()

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with continued(parent):
            try:
                await self._app(scope, receive, send_noting_status)
            finally:
                _observe(scope, status, time.perf_counter() - started)


def _observe(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unmatched")
    REQUESTS.labels(scope["method"], route, status).inc()
    DURATION.labels(scope["method"], route).observe(seconds)
    if route not in ("/livez", "/readyz", "/metrics"):
        log.info("request", method=scope["method"], path=scope["path"], status=status, seconds=round(seconds, 4))
