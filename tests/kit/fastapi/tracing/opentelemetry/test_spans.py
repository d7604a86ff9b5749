"""Who is told of spans gets all of them; who is away costs nothing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from acme.platform.adapters import otlp
from acme.platform.adapters.spans import open_spans
from acme.platform.monitoring import tracing

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """Its endpoint, and what it has been told."""
    told: list[ExportTraceServiceRequest] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(
                ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["content-length"])))
            )
            self.send_response(200 if self.path == "/v1/traces" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", told
        server.shutdown()
        thread.join()


def names(request: ExportTraceServiceRequest) -> list[tuple[str, str]]:
    """Of each span: the service, and its own name."""
    return [
        (
            next(
                pair.value.string_value
                for pair in of_process.resource.attributes
                if pair.key == "service.name"
            ),
            span.name,
        )
        for of_process in request.resource_spans
        for scope in of_process.scope_spans
        for span in scope.spans
    ]


@pytest.mark.parametrize(("variable", "service"), [("", "orders"), ("orders-of-berlin", "orders-of-berlin")])
async def test_what_is_left_is_told_at_the_end(
    variable: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collector() as (endpoint, told):
        monkeypatch.setenv(ENDPOINT, endpoint)
        monkeypatch.setenv("OTEL_SERVICE_NAME", variable)
        spans = open_spans("orders")
        with tracing.performing("orders.confirm"):
            pass
        await spans.close()

    assert [pair for request in told for pair in names(request)] == [(service, "orders.confirm")]


async def test_who_is_away_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp, "EXIT_PATIENCE", 0.1)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with collector() as (endpoint, _):
        monkeypatch.setenv(ENDPOINT, endpoint)
    spans, begun = open_spans("orders"), time.monotonic()
    with tracing.performing("orders.confirm"):
        pass
    await spans.close()

    assert time.monotonic() - begun < 1


async def test_without_an_endpoint_there_is_no_thread() -> None:
    before = threading.active_count()

    spans = open_spans("orders")

    assert threading.active_count() == before
    await spans.close()


@pytest.mark.parametrize("wrong", ["collector:4318", "http://"])
def test_an_endpoint_that_is_none_ends_the_process_with_a_line_that_names_it(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENDPOINT, wrong)

    with pytest.raises(SystemExit, match=ENDPOINT):
        open_spans("orders")
