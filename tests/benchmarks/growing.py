"""`python -m tests.benchmarks.growing`: one more service for the event-driven shop, beside `--help`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.comparing import ON_THE_WALL, PROCESSOR_TIME, Clock
from tests.benchmarks.processes import clean_environment, measured
from tests.benchmarks.rounds import Measurements, in_turns
from tests.benchmarks.tables import machine, show, table
from tests.benchmarks.tools import ROOT, fresh_folder, installed, new_shop

ROUNDS = 11
HELP = "`blueprint --help`"
SHIPMENTS = (
    *("add-service", "shipments", "--field", "order_id: str unique", "--action", "ship"),
    *("--undo", "cancel_shipment", "--publishes", "ship: shipment.sent"),
    *("--step-of", "checkout", "--after", "payments"),
)
REVIEWS = (
    *("add-service", "reviews", "--field", "text: str", "--action", "approve"),
    *("--undo", "hide", "--publishes", "approve: review.approved", "--step-of", "checkout"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """A folder in which each measurement begins with a project and a home as they were."""

    folder: Path
    program: Path

    def prepare(self) -> None:
        """A user who has written the shop, and one who has also added another service elsewhere."""
        shop, home = self.folder / "shop", self.folder / "first"
        home.mkdir()
        new_shop([str(self.program)], "shop", "event-driven", shop, clean_environment(home))
        shutil.copytree(home, self.folder / "later")
        elsewhere = shutil.copytree(shop, fresh_folder(self.folder) / "shop")
        later = clean_environment(self.folder / "later")
        measured([str(self.program), *REVIEWS, "-C", str(elsewhere)], later)

    def measure(self, words: tuple[str, ...], home: str, clock: Clock) -> float:
        """The seconds that a command takes in a fresh copy of the shop."""
        fresh = fresh_folder(self.folder)
        shop = shutil.copytree(self.folder / "shop", fresh / "shop")
        own = shutil.copytree(self.folder / home, fresh / "home")
        where = ("-C", str(shop)) if words[0] == "add-service" else ()
        return clock.of_process(measured([str(self.program), *words, *where], clean_environment(own)))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        field = Field(Path(name), installed(Path(name) / "ours", str(ROOT)) / "blueprint")
        field.prepare()
        sys.stdout.write(machine() + "\n")
        for clock in (PROCESSOR_TIME, ON_THE_WALL):
            measurements = in_turns(_contestants(field, clock), ROUNDS)
            show(f"Adding a service, {clock.name}", _table(measurements))


def _contestants(field: Field, clock: Clock) -> dict[str, Callable[[], float]]:
    return {
        HELP: lambda: field.measure(("--help",), "later", clock),
        "`add-service`": lambda: field.measure(SHIPMENTS, "later", clock),
        "the same, for the first time": lambda: field.measure(SHIPMENTS, "first", clock),
    }


def _table(measurements: Measurements) -> str:
    """With the bar of each round: 1.5 of the time of help and 0.15 s."""
    bars = [1.5 * seconds + 0.15 for seconds in measurements[HELP]]

    def rows() -> Iterator[list[str]]:
        for name, seconds in measurements.items():
            of_bar = median(one / bar for one, bar in zip(seconds, bars, strict=True))
            times = [f"{median(seconds):.3f}", f"{min(seconds):.3f} to {max(seconds):.3f}"]
            yield [name, *times, "" if name == HELP else f"{of_bar:.2f}"]
        yield ["the bar", f"{median(bars):.3f}", f"{min(bars):.3f} to {max(bars):.3f}", ""]

    return table(["what", "seconds, median", "range", "of the bar"], rows())


if __name__ == "__main__":
    main()
