"""The alerts of Prometheus fire when they should, and are silent otherwise: `promtool test rules`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from blueprint.tree import RelPath
from tests.generated.recipes import PATTERNS, Recipe, tree_of
from tests.support.programs import require

pytestmark = pytest.mark.slow

JOB = 'job="orders"'
BUCKETS = tuple(f'event_delay_seconds_bucket{{{JOB}, le="{most}"}}' for most in ("60", "300", "+Inf"))
TROUBLE = {
    "Errors": {
        f'http_requests_total{{{JOB}, status="500"}}': "0+10x40",
        f'http_requests_total{{{JOB}, status="200"}}': "0+90x40",
    },
    "Saturated": {f"event_loop_lag_seconds{{{JOB}}}": "0.7x40"},
    "WorkflowOpenForLong": {f"oldest_pending_seconds{{{JOB}}}": "0+60x40"},
    "TasksWaiting": {f"tasks_waiting{{{JOB}}}": "200x40"},
    "DeadLetter": {f'tasks_total{{{JOB}, handler="payments.charge", outcome="dead"}}': "0x25 1x15"},
    "EventsUnread": {'event_group_behind_seconds{group="orders"}': "0+60x40"},
    "EventsLate": dict(zip(BUCKETS, ("0+50x40", "0+100x40", "0+100x40"), strict=True)),
    "EventsLost": {f'workflows_resent_total{{{JOB}, workflow="checkout"}}': "0x20 0+3x20"},
    "BrokerSilent": {f"broker_silent_seconds{{{JOB}}}": "0x20 0+60x20"},
    "EventsNotSent": {f"outbox_waiting{{{JOB}}}": "5x40"},
}
"""Alert -> the series of the metrics, a value each minute, after which it fires at 29 minutes."""
WELL = {
    f'http_requests_total{{{JOB}, status="500"}}': "0+1x40",
    f'http_requests_total{{{JOB}, status="200"}}': "0+99x40",
    f"event_loop_lag_seconds{{{JOB}}}": "0.7 0x39",
    f"oldest_pending_seconds{{{JOB}}}": "0+60x9 0x30",
    f"tasks_waiting{{{JOB}}}": "200 0x39",
    f'tasks_total{{{JOB}, handler="payments.charge", outcome="dead"}}': "1x40",
    'event_group_behind_seconds{group="orders"}': "0+60x9 0x30",
    **dict.fromkeys(BUCKETS, "0+100x40"),
    f'workflows_resent_total{{{JOB}, workflow="checkout"}}': "0x20 1x20",
    f"broker_silent_seconds{{{JOB}}}": "40 5x39",
    f"outbox_waiting{{{JOB}}}": "5 0x39",
}


@pytest.mark.needs("promtool")
@pytest.mark.parametrize("pattern", PATTERNS)
def test_each_alert_fires_in_its_trouble_and_none_while_all_is_well(pattern: str, tmp_path: Path) -> None:
    promtool = require("promtool")
    text = tree_of(Recipe("e-commerce", pattern))[RelPath("deploy/prometheus/alerts.yaml")].content.decode()
    (tmp_path / "alerts.yaml").write_text(text)
    alerts = [rule["alert"] for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]
    assert set(alerts) <= TROUBLE.keys()
    cases = [_case(WELL, dict.fromkeys(alerts, False))]
    cases += [_case(TROUBLE[name], {name: True}) for name in alerts]
    tests = {"rule_files": ["alerts.yaml"], "evaluation_interval": "1m", "tests": cases}
    (tmp_path / "tests.yaml").write_text(yaml.safe_dump(tests))

    done = subprocess.run(
        [promtool, "test", "rules", "tests.yaml"], cwd=tmp_path, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


def _case(series: dict[str, str], fires: dict[str, bool]) -> dict[str, object]:
    """A test of promtool: values of the series, and whether alerts fire at 29 minutes."""
    expressions = [
        {
            "expr": f'count(ALERTS{{alertname="{name}", alertstate="firing"}}) > 0 or vector(0)',
            "eval_time": "29m",
            "exp_samples": [{"labels": "{}", "value": int(is_firing)}],
        }
        for name, is_firing in fires.items()
    ]
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": expressions,
    }
