"""Running shops whose spans somebody collects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source
from tests.brokers.generated import write_project
from tests.support.shop import Shop, open_shop
from tests.support.system import System
from tests.tracing.collector import Collector, collecting


@dataclass(frozen=True, slots=True)
class Traced:
    """A shop, one who is at home in it, and who collects its spans."""

    system: System
    user: Shop
    collector: Collector


@contextmanager
def traced(pattern: str, folder: Path, collector: Collector, every: int = 50) -> Iterator[Traced]:
    """The shop in this pattern. It tells what is new after so many milliseconds, and when it ends."""
    preset = load_catalog().find("preset", "e-commerce", "fastapi")
    assert preset
    write_project(preset_source(preset, "shop", pattern, "fastapi", tracing="opentelemetry"), folder / "shop")
    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_BSP_SCHEDULE_DELAY": str(every),
        "OTEL_SERVICE_NAME": "",
        # FastAPI can tell spans of its own: who has switched that on does not get each request twice.
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_LOGS_EXPORTER": "none",
    }
    with (
        System(folder / "shop", folder / "run.log", variables=variables) as system,
        open_shop(system.url) as visitor,
    ):
        yield Traced(system, visitor.register(), collector)


@pytest.fixture(scope="module")
def event_driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    yield from _listened_to("event-driven", tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def microservices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    yield from _listened_to("microservices", tmp_path_factory.mktemp("shop"))


def _listened_to(pattern: str, folder: Path) -> Iterator[Traced]:
    with collecting() as collector, traced(pattern, folder, collector) as shop:
        yield shop
