"""The cost curve as SVG; the style sheet defines its colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from math import log10

from blueprint.knowledge.comparison import Comparison
from blueprint.knowledge.model import Estimate
from blueprint.report.comparing.wording import dollars
from blueprint.report.html.charts import legend
from blueprint.report.html.elements import tag

_WIDTH, _HEIGHT = 720, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 36, 14, 40

Points = Sequence[tuple[float, Estimate]]


def cost_curve(comparison: Comparison) -> str:
    """The monthly cost over the load on logarithmic axes: the expected line in its band from low to high."""
    curves = comparison.curves
    chart = _Axes(curves)
    parts = [chart.grid(), *(chart.band(id, points) for id, points in curves.items())]
    parts += [chart.line(id, points) for id, points in curves.items()]
    load = comparison.request.needs.load.requests_per_second
    parts.append(chart.marker(load))
    label = "Monthly cost over requests per second; the table below has the expected values"
    svg = tag("svg", "".join(parts), viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=label)
    return tag("figure", svg + legend(comparison), class_="curve", data_refs="prices assumptions our-month")


class _Axes:
    """Two logarithmic axes around all points."""

    def __init__(self, curves: Mapping[str, Points]) -> None:
        rates = [rate for points in curves.values() for rate, _ in points]
        costs = [cost for points in curves.values() for _, each in points for cost in (each.low, each.high)]
        self._x = (log10(min(rates)), log10(max(rates)))
        self._y = (float(int(log10(min(costs)))), float(int(log10(max(costs))) + 1))

    def _place(self, rate: float, cost: float) -> str:
        return f"{self._across(rate):.1f},{self._down(cost):.1f}"

    def _across(self, rate: float) -> float:
        low, high = self._x
        return _LEFT + (log10(rate) - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def _down(self, cost: float) -> float:
        low, high = self._y
        return _TOP + (high - log10(cost)) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    def grid(self) -> str:
        """Lines and labels at each power of ten."""
        across = [10.0**power for power in range(round(self._x[0]), round(self._x[1]) + 1)]
        down = [10.0**power for power in range(round(self._y[0]), round(self._y[1]) + 1)]
        lines = [
            _path([(self._across(each), _TOP), (self._across(each), _HEIGHT - _BOTTOM)], "grid")
            for each in across
        ]
        lines += [
            _path([(_LEFT, self._down(each)), (_WIDTH - _RIGHT, self._down(each))], "grid") for each in down
        ]
        labels = [
            _label(f"{each:,.0f}", self._across(each), _HEIGHT - _BOTTOM + 18, "middle") for each in across
        ]
        labels += [_label(_short_dollars(each), _LEFT - 8, self._down(each) + 4, "end") for each in down]
        name = _label("requests a second", (_WIDTH + _LEFT - _RIGHT) / 2, _HEIGHT - 4, "middle")
        return "".join((*lines, *labels, name))

    def band(self, pattern: str, points: Points) -> str:
        """The band from low to high."""
        upper = [self._place(rate, cost.high) for rate, cost in points]
        lower = [self._place(rate, cost.low) for rate, cost in reversed(points)]
        return tag("polygon", "", points=" ".join(upper + lower), class_=f"band {pattern}")

    def line(self, pattern: str, points: Points) -> str:
        """The expected line."""
        places = " ".join(self._place(rate, cost.expected) for rate, cost in points)
        dots = "".join(self._dot(pattern, rate, cost.expected) for rate, cost in points)
        return tag("polyline", "", points=places, class_=f"line {pattern}") + dots

    def _dot(self, pattern: str, rate: float, cost: float) -> str:
        title = tag("title", f"{rate:,.0f}/s: {dollars(cost)}")
        x, y = f"{self._across(rate):.1f}", f"{self._down(cost):.1f}"
        return tag("circle", title, cx=x, cy=y, r="3", class_=f"dot {pattern}")

    def marker(self, rate: float) -> str:
        """The load of the needs, if it is on the chart."""
        if not self._x[0] <= log10(rate) <= self._x[1]:
            return ""
        at = self._across(rate)
        return _path([(at, _TOP), (at, _HEIGHT - _BOTTOM)], "here") + _label(
            "you", at + 5, _TOP + 10, "start"
        )


def _path(points: Sequence[tuple[float, float]], kind: str) -> str:
    return "".join(
        tag("line", "", x1=f"{a:.1f}", y1=f"{b:.1f}", x2=f"{c:.1f}", y2=f"{d:.1f}", class_=kind)
        for (a, b), (c, d) in pairwise(points)
    )


def _label(text: str, x: float, y: float, anchor: str) -> str:
    return tag("text", escape(text), x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor)


def _short_dollars(amount: float) -> str:
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if amount >= size:
            return f"${amount / size:,.0f}{letter}"
    return f"${amount:,.0f}"
