"""JSON logs, Prometheus metrics, and a trace id that spans requests, calls and events."""

import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPMethod

import structlog
from prometheus_client import Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS = Counter("http_requests_total", "Completed requests.", ["method", "route", "status"])
DURATION = Histogram(
    "http_request_duration_seconds",
    "Time from request to response.",
    ["method", "route"],
    buckets=[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0],
)
TASKS = Counter(
    "tasks_total", "Events and workflow steps handled; outcome is done, failed or dead.", ["handler", "outcome"]
)
IN_PROGRESS = Gauge("http_requests_in_progress", "Requests in progress.")
LOOP_LAG = Gauge(
    "event_loop_lag_seconds", "Scheduling delay of the event loop: near 0 unless the process is overloaded."
)
WAITING = Gauge("tasks_waiting", "Events and workflow steps that are not done yet: the backlog of this service.")
OLDEST_PENDING = Gauge(
    "oldest_pending_seconds", "Age of the oldest open workflow that started in this service; 0 without one."
)
PENDING = Gauge("workflows_pending", "Open workflows that started in this service.")

TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")

OF_OPERATORS = ("/livez", "/readyz", "/metrics", "/internal/records")

_trace_id: ContextVar[str] = ContextVar("trace_id", default="")
log = structlog.get_logger()


def configure_logging(service: str) -> None:
    """Log one JSON object per line to stdout, including the logs of libraries."""

    def add_context(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        trace = {"trace_id": trace_id} if (trace_id := _trace_id.get()) else {}
        return {**event, "service": service, **trace}

    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            add_context,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_StructlogHandler()], level=logging.WARNING, force=True)
    of_uvicorn = logging.getLogger("uvicorn")  # its own handler does not write JSON
    of_uvicorn.handlers, of_uvicorn.propagate = [], True


class _StructlogHandler(logging.Handler):
    """Passes the logs of libraries to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        log.log(record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info)


def traceparent() -> str:
    """Return the W3C trace context to send: the current trace with a new span id, or a new trace."""
    return f"00-{_trace_id.get() or os.urandom(16).hex()}-{os.urandom(8).hex()}-01"


@contextmanager
def continued(parent: str) -> Iterator[None]:
    """Continue the trace of `parent` inside the block, or start a new one if it is not valid."""
    match = TRACEPARENT.fullmatch(parent)
    token = _trace_id.set(match[1] if match else os.urandom(16).hex())
    try:
        yield
    finally:
        _trace_id.reset(token)


def log_done(event: str, started: float, refused: str | None, **fields: str) -> None:
    """Log the end of a task or step that started at this value of `time.perf_counter()`; `refused` is a reason."""
    seconds = round(time.perf_counter() - started, 4)
    log.info(event, **fields, seconds=seconds, **({"refused": refused} if refused is not None else {}))


def is_polled(path: str) -> bool:
    """Return whether operators poll this path all the time. Its requests are neither logged nor measured."""
    return path in OF_OPERATORS or path.startswith("/internal/records/")


class Telemetry:
    """ASGI middleware: logs and measures each request, in the trace of the caller."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_polled(scope["path"]):
            await self._app(scope, receive, send)
            return
        parent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), "")
        status, started = 500, time.perf_counter()

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with continued(parent), IN_PROGRESS.track_inprogress():
            try:
                await self._app(scope, receive, send_noting_status)
            finally:
                _observe(scope, status, time.perf_counter() - started)


def _observe(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in HTTPMethod.__members__ else "other"
    route = getattr(scope.get("route"), "path", "unmatched")
    REQUESTS.labels(method, route, status).inc()
    DURATION.labels(method, route).observe(seconds)
    log.info("request", method=scope["method"], path=scope["path"], status=status, seconds=round(seconds, 4))
