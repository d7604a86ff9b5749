"""A Grafana dashboard with a row for each service, using the metrics of its process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from blueprint.documents.schemas import Json

_SOURCE: Json = {"type": "prometheus", "uid": "prometheus"}
_COLUMNS = 24
_HEIGHT = 8
_ALERTS_HEIGHT = 4
_TOO_LONG = 600
"""The thresholds in `alerts.yaml`, in seconds."""


class Watched(Struct, frozen=True):
    """A service, its process, and its paths; None if all paths of the process belong to it.

    `has_websockets`: whether the process counts WebSockets.
    """

    title: str
    process: str
    paths: tuple[str, ...] | None
    has_websockets: bool = False


class _Panel(Struct, frozen=True):
    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    """The expression and the legend of each line."""
    limit: int | None = None
    """The warning threshold."""


def dashboard(title: str, services: Sequence[Watched], *, on_broker: bool) -> Json:
    """The dashboard as Grafana's JSON. `on_broker`: whether events wait in an outbox.

    What waits is counted in the database that all instances of a process share: the largest count holds.
    """
    panels: list[Json] = [_alerts()]
    for number, service in enumerate(services):
        top = _ALERTS_HEIGHT + number * (_HEIGHT + 1)
        panels.append(_row(service.title, top, len(panels) + 1))
        panels += _beside(_panels_of(service, on_broker), top + 1, len(panels) + 1)
    return {
        "uid": "services",
        "title": title,
        "schemaVersion": 41,
        "editable": False,
        "refresh": "10s",
        "time": {"from": "now-30m", "to": "now"},
        "panels": panels,
    }


def _panels_of(service: Watched, on_broker: bool) -> Sequence[_Panel]:
    process = f'job="{service.process}"'
    requests = f"{process}{_only(service.paths)}"
    rate = f"sum(rate(http_requests_total{{{requests}}}[1m]))"
    failed = f'sum(rate(http_requests_total{{{requests},status=~"5.."}}[1m]))'
    buckets = f"sum by (le) (rate(http_request_duration_seconds_bucket{{{requests}}}[1m]))"
    delays = f"sum by (le) (rate(event_delay_seconds_bucket{{{process}}}[1m]))"
    delay = ((f"histogram_quantile(0.99, {delays})", "events p99"),) if on_broker else ()
    silence = ((f"max(broker_silent_seconds{{{process}}})", "broker silent"),) if on_broker else ()
    outbox = ((f"max(outbox_waiting{{{process}}})", "outbox"),) if on_broker else ()
    behind = f'max(event_group_behind_seconds{{group="{service.process}"}})'
    repeated = (
        ((f"sum(rate(workflows_resent_total{{{process}}}[1m]))", "workflows repeated"),) if on_broker else ()
    )
    unread = ((behind, "oldest unread event"),) if on_broker else ()
    sockets = (f"sum(websockets_open{{{process}}})", "open WebSockets")
    closed = (f"sum by (code) (rate(websockets_total{{{process}}}[1m]))", "WebSockets closed with {{code}}")
    return (
        _Panel(
            "Requests",
            "reqps",
            (
                (rate, "all"),
                (f"{failed} or 0 * {rate}", "5xx"),
                *((closed,) if service.has_websockets else ()),
            ),
        ),
        _Panel(
            "Time to answer",
            "s",
            tuple((f"histogram_quantile({q}, {buckets})", f"p{q[2:]}") for q in ("0.50", "0.99")),
        ),
        _Panel(
            "Steps and reactions",
            "ops",
            ((f"sum by (outcome) (rate(tasks_total{{{process}}}[1m]))", "{{outcome}}"), *repeated),
        ),
        _Panel(
            "Waiting",
            "short",
            (
                (f"sum(http_requests_in_progress{{{process}}})", "requests"),
                (f"max(tasks_waiting{{{process}}})", "tasks"),
                (f"max(workflows_pending{{{process}}})", "workflows"),
                *outbox,
                *((sockets,) if service.has_websockets else ()),
            ),
        ),
        _Panel(
            "Open for",
            "s",
            ((f"max(oldest_pending_seconds{{{process}}})", "oldest workflow"), *unread),
            _TOO_LONG,
        ),
        _Panel("Lag", "s", ((f"max(event_loop_lag_seconds{{{process}}})", "event loop"), *delay, *silence)),
        _Panel(
            "CPU and memory",
            "short",
            (
                (f"sum(rate(process_cpu_seconds_total{{{process}}}[1m]))", "cores"),
                (f"sum(process_resident_memory_bytes{{{process}}}) / 2^30", "GiB"),
                (f"sum(up{{{process}}})", "instances"),
            ),
        ),
    )


def _only(paths: Iterable[str] | None) -> str:
    """The condition on the route; empty if all routes of the process count."""
    if paths is None:
        return ""
    patterns = [f"{path.removesuffix('/*')}/.*" if path.endswith("/*") else path for path in paths]
    return f',route=~"{"|".join(patterns)}"'


def _row(title: str, top: int, id: int) -> Json:
    position = {"x": 0, "y": top, "w": _COLUMNS, "h": 1}
    return {"id": id, "type": "row", "title": title, "collapsed": False, "gridPos": position, "panels": []}


def _beside(panels: Sequence[_Panel], top: int, first: int) -> Iterable[Json]:
    width = _COLUMNS // len(panels)
    for number, panel in enumerate(panels):
        yield {
            "id": first + number,
            "type": "timeseries",
            "title": panel.title,
            "datasource": _SOURCE,
            "gridPos": {"x": number * width, "y": top, "w": width, "h": _HEIGHT},
            "fieldConfig": {
                "defaults": {"unit": panel.unit, "min": 0, **_warning(panel.limit)},
                "overrides": [],
            },
            "targets": [
                {
                    "refId": chr(ord("A") + line),
                    "datasource": _SOURCE,
                    "expr": expression,
                    "legendFormat": legend,
                }
                for line, (expression, legend) in enumerate(panel.queries)
            ],
        }


def _warning(limit: int | None) -> Json:
    if limit is None:
        return {}
    steps: list[Json] = [{"color": "green", "value": None}, {"color": "red", "value": limit}]
    return {
        "thresholds": {"mode": "absolute", "steps": steps},
        "custom": {"thresholdsStyle": {"mode": "line"}},
    }


def _alerts() -> Json:
    """A panel with the firing alerts of Prometheus."""
    return {
        "id": 1,
        "type": "alertlist",
        "title": "Alerts",
        "gridPos": {"x": 0, "y": 0, "w": _COLUMNS, "h": _ALERTS_HEIGHT},
        "options": {
            "viewMode": "list",
            "datasource": "Prometheus",
            "stateFilter": {"firing": True, "pending": True, "error": True, "noData": False, "normal": False},
        },
    }
