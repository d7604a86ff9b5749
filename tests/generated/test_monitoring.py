"""The dashboard and what Prometheus is told: they ask for what processes tell, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from blueprint.tree import RelPath
from tests.generated.recipes import RECIPES, Recipe, drafted, tree_of

DASHBOARD = "deploy/grafana/dashboards/services.json"
# Of the library that counts, on every process.
STANDARD = {"process_cpu_seconds_total", "process_resident_memory_bytes", "up"}

every_project = pytest.mark.parametrize("recipe", RECIPES, ids=str)


def text(recipe: Recipe, path: str) -> str:
    return tree_of(recipe)[RelPath(path)].content.decode()


def panels(recipe: Recipe) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text(recipe, DASHBOARD))["panels"]
    return found


@every_project
def test_there_is_a_row_for_each_service(recipe: Recipe) -> None:
    rows = [panel["title"] for panel in panels(recipe) if panel["type"] == "row"]

    assert rows == [service.name.human.capitalize() for service in drafted(recipe).spec.services]


@every_project
def test_no_two_panels_share_a_place_or_an_id(recipe: Recipe) -> None:
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels(recipe))
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len({*cells})
    assert len({panel["id"] for panel in panels(recipe)}) == len(panels(recipe))


@every_project
def test_every_metric_that_is_asked_for_is_told(recipe: Recipe) -> None:
    code = " ".join(blob.content.decode() for path, blob in tree_of(recipe).items() if "/platform/" in path)
    told = set(re.findall(r'(?:Counter|Gauge|Histogram)\(\s*"(\w+)"', code))

    asked = {
        metric.removesuffix("_bucket")
        for panel in panels(recipe)
        for target in panel.get("targets", ())
        for metric in re.findall(r"([a-z_]+)\{", target["expr"])
    }

    assert asked - STANDARD == told


@every_project
def test_every_alert_is_about_what_the_dashboard_shows(recipe: Recipe) -> None:
    groups = yaml.safe_load(text(recipe, "deploy/prometheus/alerts.yaml"))["groups"]
    shown = " ".join(target["expr"] for panel in panels(recipe) for target in panel.get("targets", ()))

    for rule in (rule for group in groups for rule in group["rules"]):
        metrics = re.findall(r"\w+_(?:seconds|total|waiting)(?=_bucket|\b)", rule["expr"])
        assert metrics, rule
        assert all(metric in shown for metric in metrics), rule


@every_project
def test_a_workflow_that_is_open_for_long_and_events_that_nobody_reads_are_alerts(recipe: Recipe) -> None:
    groups = yaml.safe_load(text(recipe, "deploy/prometheus/alerts.yaml"))["groups"]
    names = {rule["alert"] for group in groups for rule in group["rules"]}

    assert {"WorkflowOpenForLong", "DeadLetter"} <= names
    assert ("EventsUnread" in names) == (drafted(recipe).spec.pattern == "event-driven")


@every_project
def test_prometheus_looks_for_all_instances_of_each_process(recipe: Recipe) -> None:
    jobs = yaml.safe_load(text(recipe, "deploy/prometheus/prometheus.yaml"))["scrape_configs"]

    assert {job["job_name"]: job["dns_sd_configs"][0]["names"] for job in jobs} == {
        deployable.name: [deployable.name] for deployable in drafted(recipe).plan.deployables
    }
