"""`python -m tests.benchmarks.comparing`: reports as whole processes, and the draws alone."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from blueprint.knowledge.comparison import scores_of
from blueprint.knowledge.library import load_library
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


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        ours = installed(folder / "ours", str(ROOT))
        sys.stdout.write(machine() + "\n")
        for title, seconds in (("on the clock", _wall), ("processor time", _cpu)):
            show(f"Comparing, {title}", _table(in_turns(_contestants(folder, ours, seconds), ROUNDS)))


def _wall(used: Usage) -> float:
    return used.wall


def _cpu(used: Usage) -> float:
    return used.cpu


def _contestants(
    folder: Path, ours: Path, seconds: Callable[[Usage], float]
) -> dict[str, Callable[[], float]]:
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environment = clean_environment(home)

    def process(*words: str) -> Callable[[], float]:
        return lambda: seconds(measured([str(ours / "blueprint"), *words], environment))

    compare = ("compare", "--for", str(NEEDS))
    return {
        HELP: process("--help"),
        "`compare` in the terminal": process(*compare),
        "`compare -o report.html`": process(*compare, "-o", str(folder / "report.html")),
        "`compare --json`": process(*compare, "--json"),
        "`explain monolith`": process("explain", "monolith"),
        ALONE: _drawing(),
    }


def _drawing() -> Callable[[], float]:
    library = load_library()
    scores = scores_of(library, tuple(library.patterns))
    weights = {id: Interval(0, 100) for id in library.criteria}

    def draw() -> float:
        started = perf_counter()
        acceptability(weights, scores)
        return perf_counter() - started

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
