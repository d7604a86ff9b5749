"""Contestants that take turns, so that a machine that slows down slows all of them down.

Each round begins with another one: the first finds a processor that just woke up, and each finds the caches
as its neighbour left them. What counts is the ratio of two within a round, and of these ratios the median.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from tests.benchmarks.quiet import wait_for_quiet

Measurements = Mapping[str, list[float]]


def in_turns(contestants: Mapping[str, Callable[[], float]], rounds: int, warm_ups: int = 1) -> Measurements:
    """What each contestant measured in each round; the rounds that warm up do not count."""
    measurements: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(warm_ups + rounds):
        if not wait_for_quiet():
            sys.stderr.write("the machine is busy: this round is measured anyway\n")
        for name in _rotated(list(contestants), number):
            value = contestants[name]()
            if number >= warm_ups:
                measurements[name].append(value)
    return measurements


def _rotated(names: Sequence[str], by: int) -> Sequence[str]:
    start = by % len(names)
    return [*names[start:], *names[:start]]


def ratio(measurements: Measurements, name: str, to: str) -> float:
    """The median of the ratios within the rounds."""
    return median(one / other for one, other in zip(measurements[name], measurements[to], strict=True))
