"""Collects spans as a collector of OpenTelemetry does, over HTTP on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Status


@dataclass(frozen=True, slots=True)
class Span:
    """One span; ids in hexadecimal, `parent` empty where there is none."""

    trace: str
    id: str
    parent: str
    service: str
    name: str
    failed: bool

    def __str__(self) -> str:
        return f"{self.service}: {self.name}"


@dataclass(frozen=True, slots=True)
class Collector:
    """Where it is, and all that it has been told."""

    endpoint: str
    spans: list[Span] = field(default_factory=list)

    def trace(self, id: str) -> list[Span]:
        """The spans of one trace, in the order in which they came."""
        return [span for span in self.spans if span.trace == id]

    def line(self, trace: str, last: str) -> Sequence[str]:
        """The spans from the first one of the trace to the one shown as `last`; empty without that."""
        spans = {span.id: span for span in self.trace(trace)}
        span = next((span for span in spans.values() if str(span) == last), None)
        line: list[str] = []
        while span:
            line.insert(0, str(span))
            span = spans.get(span.parent)
        return line


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.spans.extend(_spans(ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()


def _spans(request: ExportTraceServiceRequest) -> Iterator[Span]:
    for process in request.resource_spans:
        known = {pair.key: pair.value.string_value for pair in process.resource.attributes}
        for scope in process.scope_spans:
            for span in scope.spans:
                ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                failed = span.status.code == Status.STATUS_CODE_ERROR
                yield Span(*ids, known["service.name"], span.name, failed)
