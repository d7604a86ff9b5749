"""Spans tell what belongs together, through requests, actions and every attempt at a task."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from acme.platform.adapters.otlp import SameTrace
from acme.platform.monitoring import telemetry, tracing
from acme.platform.service import Service
from acme.platform.storage.database import Database
from acme.platform.workflows.actions import ActionCall, perform
from acme.platform.workflows.tasks import Task, Tasks
from conftest import serve
from tests.kit.doubles import act
from tests.kit.waiting import eventually, rest, statuses

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CALLER = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
OPERATOR = {"Authorization": "Bearer operator"}

router = APIRouter()


@router.get("/things/{id}")
async def show(id: str) -> str:
    if id == "lost":
        raise RuntimeError("a secret")
    return telemetry.traceparent()


SERVICE = Service("things", "acme.entrypoints", router)


@pytest.fixture
def told() -> Iterator[InMemorySpanExporter]:
    """Keeps all spans."""
    exporter, provider = (
        InMemorySpanExporter(),
        TracerProvider(id_generator=SameTrace(), shutdown_on_exit=False),
    )
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.set_provider(provider)
    yield exporter
    tracing.set_provider(tracing.NO_OP)


def ids(span: ReadableSpan) -> tuple[str, str]:
    """Its trace, and the span that it is a part of."""
    assert span.context
    return f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}" if span.parent else ""


async def test_a_request_is_a_part_of_what_its_caller_does(told: InMemorySpanExporter) -> None:
    async with serve(SERVICE) as client:
        await client.get("/things/1?token=hidden", headers=CALLER)

    [span] = told.get_finished_spans()
    assert (span.name, span.kind, ids(span)) == ("GET /things/{id}", SpanKind.SERVER, (TRACE, PARENT))
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "url.scheme": "http",
        "url.path": "/things/1",
        "http.route": "/things/{id}",
        "http.response.status_code": 200,
    }


async def test_what_a_request_passes_on_names_its_own_span(told: InMemorySpanExporter) -> None:
    async with serve(SERVICE) as client:
        passed_on = (await client.get("/things/1")).json()

    [span] = told.get_finished_spans()
    assert (
        span.context
        and passed_on == f"00-{ids(span)[0]}-{span.context.span_id:016x}-{span.context.trace_flags:02x}"
    )


async def test_a_trace_that_begins_here_has_the_id_of_the_logs(told: InMemorySpanExporter) -> None:
    with tracing.performing("things.plan"), telemetry.continued(""):
        before = telemetry.traceparent().split("-")[1]
        with tracing.performing("things.count"):
            pass

    span, other = told.get_finished_spans()
    assert ids(span) == (before, "")
    assert ids(other)[0] != before


async def test_a_failure_is_told_without_its_message(told: InMemorySpanExporter) -> None:
    async with serve(SERVICE) as client:
        with pytest.raises(RuntimeError):
            await client.get("/things/lost")

    [span] = told.get_finished_spans()
    assert not span.status.is_ok
    assert "a secret" not in span.to_json()


async def test_what_a_deadline_cuts_off_has_failed(told: InMemorySpanExporter) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            with tracing.performing("things.count"):
                await asyncio.sleep(1)

    [span] = told.get_finished_spans()
    assert not span.status.is_ok


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/internal/records/tasks"])
async def test_what_machines_ask_all_the_time_is_no_span(path: str, told: InMemorySpanExporter) -> None:
    async with serve(SERVICE) as client:
        await client.get(path)

    assert told.get_finished_spans() == ()


async def test_an_action_is_a_part_of_what_asked_for_it(
    told: InMemorySpanExporter, database: Database
) -> None:
    with telemetry.continued(CALLER["traceparent"]):
        async with database.begin() as tx:
            await perform(tx, act("things.count"), ActionCall("things.count", "a", {}, "work"))

    [span] = told.get_finished_spans()
    assert (span.name, ids(span)) == ("things.count", (TRACE, PARENT))


async def test_every_attempt_is_a_part_of_what_the_task_came_of_also_after_a_replay(
    told: InMemorySpanExporter, database: Database
) -> None:
    errors = [OSError("away"), ValueError("a bug")]

    async def do(task: Task) -> None:
        if errors:
            raise errors.pop(0)
        async with database.begin() as tx:
            await tasks.done(tx, task)

    async def is_dead() -> bool:
        return [status for _, status in await statuses(database)] == ["dead"]

    tasks = Tasks(database, {"do": do})
    async with serve(SERVICE, database, tasks) as client:
        with telemetry.continued(CALLER["traceparent"]):
            async with database.begin() as tx:
                await tasks.add(tx, "do", "a", {}, id="1")
        await eventually(is_dead)
        await client.post("/internal/dead-letters/1/replay", headers=OPERATOR)
        await rest(database)

    attempts = [span for span in told.get_finished_spans() if span.kind is SpanKind.CONSUMER]
    assert [(span.name, ids(span), span.status.is_ok) for span in attempts] == [
        ("process do", (TRACE, PARENT), False),
        ("process do", (TRACE, PARENT), False),
        ("process do", (TRACE, PARENT), True),
    ]


async def test_where_spans_are_told_to_nobody_a_trace_goes_on_all_the_same() -> None:
    async with serve(SERVICE) as client:
        passed_on = (await client.get("/things/1", headers=CALLER)).json().split("-")

    assert passed_on[1] == TRACE
    assert passed_on[2] != PARENT
