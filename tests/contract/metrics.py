"""Reads the text format of Prometheus."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from tests.support.system import Service

_SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)(?: \d+)?")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Metrics:
    """One look at `/metrics`: the kind of each metric by name, and the samples."""

    kinds: Mapping[str, str]
    samples: tuple[Sample, ...]

    def sum(self, name: str, **labels: str) -> float:
        """Of all samples of this name that have these labels."""
        return sum(s.value for s in self.samples if s.name == name and labels.items() <= s.labels.items())

    def values_of(self, name: str, label: str) -> set[str]:
        return {s.labels[label] for s in self.samples if s.name == name}


def read_metrics(service: Service) -> Metrics:
    """Raises AssertionError where the service answers no metrics, or a line that is none."""
    answer = httpx.get(f"{service.url}/metrics", timeout=10, trust_env=False)
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    types = (line.split() for line in lines if line.startswith("# TYPE "))
    samples = tuple(_sample(line) for line in lines if line and not line.startswith("#"))
    return Metrics({name: kind for _, _, name, kind in types}, samples)


def _sample(line: str) -> Sample:
    match = _SAMPLE.fullmatch(line)
    assert match, f"no sample: {line}"
    return Sample(match["name"], dict(_LABEL.findall(match["labels"] or "")), float(match["value"]))
