"""Recorded measurements: the files `docs/results/NAME.json`, which benchmark programs write.

Measured claims take their numbers from these files, so a text cannot differ from its measurement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from statistics import median

import msgspec
from msgspec import Struct

FORMAT = 1

_PACKAGE = Path(__file__).resolve().parent.parent
_KEY = re.compile(r"(median|least|most|total|count) of (\S+(?:, \S+)*)")
_SUMMARIES: Mapping[str, Callable[[tuple[float, ...]], float]] = {
    "median": median,
    "least": min,
    "most": max,
    "total": sum,
    "count": len,
}


class Machine(Struct, frozen=True, forbid_unknown_fields=True):
    """The machine of a measurement; `load` is its load average of one minute, at the start and at the end."""

    cores: int
    processor: str
    memory_gib: int
    system: str
    python: str
    load: tuple[float, float]


class Series(Struct, frozen=True, forbid_unknown_fields=True):
    """Raw values in `unit`, one per round, in the order in which they were measured."""

    unit: str
    values: tuple[float, ...]


class Result(Struct, frozen=True, forbid_unknown_fields=True):
    """One run of a program.

    `commit` is the commit of the measured code; `modified` is true if files of the tool or its templates
    differed from it. `recorded_on` is YYYY-MM-DD.
    """

    format: int
    program: str
    recorded_on: str
    commit: str
    modified: bool
    machine: Machine
    conditions: str
    series: Mapping[str, Series]

    def number(self, key: str) -> float:
        """A summary of the values of one or more series: `median of monolith/rest`, `total of a/kills,
        b/kills`.

        Summaries are `median`, `least`, `most`, `total` and `count`. Raises KeyError for another summary or
        an unknown series.
        """
        found = _KEY.fullmatch(key)
        if found is None:
            raise KeyError(key)
        values = tuple(value for name in found[2].split(", ") for value in self.series[name].values)
        return _SUMMARIES[found[1]](values)

    @property
    def origin(self) -> str:
        """Machine, date and commit, as text for the conditions of a claim."""
        machine, load = self.machine, "{:g} to {:g}".format(*sorted(self.machine.load))
        changed = ", with changes" if self.modified else ""
        return (
            f"{machine.cores} cores at a load of {load}, Python {machine.python}, "
            f"{self.recorded_on}, commit {self.commit[:10]}{changed}"
        )


def results_folder() -> Path:
    """The folder of recorded results: in the installed package, or in the repository."""
    installed = _PACKAGE / "_results"
    return installed if installed.is_dir() else _PACKAGE.parent / "docs/results"


@cache
def recorded(name: str, folder: Path | None = None) -> Result:
    """A recorded result. Raises FileNotFoundError if there is none, ValueError if the file is invalid."""
    content = ((folder or results_folder()) / f"{name}.json").read_bytes()
    result = msgspec.json.decode(content, type=Result)
    if result.format != FORMAT:
        raise ValueError(f"{name}.json has the format {result.format}, not {FORMAT}")
    return result


def shown_number(value: float) -> str:
    """`3,095` for a number from 100 on, `4.5` below."""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
