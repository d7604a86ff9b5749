"""`python -m tests.benchmarks.comparing`: reports as whole processes, and the draws alone."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from blueprint.knowledge.base import load_knowledge_base
from blueprint.knowledge.comparison import scores_of
from blueprint.knowledge.model import Interval
from blueprint.knowledge.smaa import DRAWS, acceptability
from tests.benchmarks.processes import Usage, clean_environment, measured
from tests.benchmarks.rounds import Measurements, in_turns, ratio
from tests.benchmarks.tables import machine, show, table
from tests.benchmarks.tools import ROOT, installed

ROUNDS = 11
NEEDS = ROOT / "docs/explanation/scenarios/e-commerce-medium.yaml"
HELP = "`blueprint --help`"
ALONE = f"{DRAWS:,} draws alone"


@dataclass(frozen=True, slots=True)
class Clock:
    """Which seconds count: of a process that has ended, and of this one until now."""

    name: str
    of_process: Callable[[Usage], float]
    now: Callable[[], float]


PROCESSOR_TIME = Clock("processor time", lambda used: used.cpu, process_time)
ON_THE_WALL = Clock("on the clock", lambda used: used.wall, perf_counter)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        ours = installed(folder / "ours", str(ROOT))
        sys.stdout.write(machine() + "\n")
        for clock in (PROCESSOR_TIME, ON_THE_WALL):
            show(f"Comparing, {clock.name}", _table(in_turns(_contestants(folder, ours, clock), ROUNDS)))


def _contestants(folder: Path, ours: Path, clock: Clock) -> dict[str, Callable[[], float]]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environment = clean_environment(home)

    def process(*words: str) -> Callable[[], float]:
        return lambda: clock.of_process(measured([str(ours / "blueprint"), *words], environment))

    compare = ("compare", "--for", str(NEEDS))
    return {
        HELP: process("--help"),
        "`compare` in the terminal": process(*compare),
        "`compare -o report.html`": process(*compare, "-o", str(folder / "report.html")),
        "`compare --json`": process(*compare, "--json"),
        "`explain monolith`": process("explain", "monolith"),
        ALONE: _drawing(clock.now),
    }


def _drawing(now: Callable[[], float]) -> Callable[[], float]:
    base = load_knowledge_base()
    scores = scores_of(base, tuple(base.patterns))
    weights = {id: Interval(0, 100) for id in base.criteria}

    def draw() -> float:
        started = now()
        acceptability(weights, scores)
        return now() - started

    return draw


def _table(measurements: Measurements) -> str:
    rows = (
        [
            name,
            f"{median(seconds):.3f}",
            f"{min(seconds):.3f} to {max(seconds):.3f}",
            "" if name in (HELP, ALONE) else f"{ratio(measurements, name, to=HELP):.1f}",
        ]
        for name, seconds in measurements.items()
    )
    return table(["what", "seconds, median", "range", "times --help"], rows)


if __name__ == "__main__":
    main()
