"""`python -m tests.benchmarks.embedded_log`: how fast the embedded broker of a generated project is.

Publisher and consumer are processes of their own, in the environment of the project, on a file on the disk.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.benchmarks.quiet import wait_for_quiet
from tests.benchmarks.tables import machine, show, table
from tests.brokers.generated import Office, make_office

ROUNDS, WARM_UPS = 7, 1
AT_ONCE = 20_000
"""Events that are published as fast as they are stored, and then read."""
PACED, PAUSE = 1_000, 0.004
"""Events that are published with so many seconds in between, while somebody waits for them."""
MEMBER = Path(__file__).with_name("log_member.py")


@dataclass(frozen=True, slots=True)
class Round:
    """Events a second, milliseconds from `publish` to whoever receives, and the load when it began.

    The same by processor time says what it would be on a machine that has nothing else to do.
    """

    published: float
    published_by_processor: float
    consumed: float
    consumed_by_processor: float
    median: float
    slowest: float
    load: float


def main() -> None:
    sys.stdout.write(machine())
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        office = make_office("embedded", Path(name) / "office")
        rounds = [_round(office, Path(name) / f"{number}.db") for number in range(WARM_UPS + ROUNDS)][
            WARM_UPS:
        ]
    rows = [
        _row("published one by one, a second", [one.published for one in rounds], "5000"),
        _row("the same, a second of processor time", [one.published_by_processor for one in rounds], ""),
        _row("consumed and acknowledged, a second", [one.consumed for one in rounds], "10000"),
        _row("the same, a second of processor time", [one.consumed_by_processor for one in rounds], ""),
        _row("from publish to handler, median, ms", [one.median for one in rounds], "< 5"),
        _row("from publish to handler, p99, ms", [one.slowest for one in rounds], ""),
        _row("load of the machine before", [one.load for one in rounds], ""),
    ]
    show("The embedded broker", table(["what", "median", "range", "wanted"], rows))


def _round(office: Office, file: Path) -> Round:
    wait_for_quiet()
    load = os.getloadavg()[0]
    url = f"sqlite:///{file}"
    published = _run(office, "publish", url, AT_ONCE, 0)
    consumed = _run(office, "consume", url, AT_ONCE)
    delays = _paced(office, url)
    return Round(
        AT_ONCE / published["seconds"],
        AT_ONCE / published["processor"],
        AT_ONCE / consumed["seconds"],
        AT_ONCE / consumed["processor"],
        1000 * median(delays),
        1000 * quantiles(delays, n=100)[98],
        load,
    )


def _paced(office: Office, url: str) -> list[float]:
    """The seconds that each event took to reach a process that waits for it."""
    _run(office, "publish", url, 1, 0)  # by which the consumer sees that it takes part
    with _started(office, "consume", url, 1 + PACED) as consumer:
        assert consumer.stdout and consumer.stdout.readline()
        _run(office, "publish", url, PACED, PAUSE)
        delays: list[float] = json.loads(consumer.stdout.readline())["delays"]
    return delays


def _run(office: Office, *words: object) -> dict[str, Any]:
    with _started(office, *words) as process:
        assert process.stdout
        *_, last = process.stdout.read().splitlines()
    answer: dict[str, Any] = json.loads(last)
    return answer


@contextmanager
def _started(office: Office, *words: object) -> Iterator[subprocess.Popen[str]]:
    command = [office.python, "-P", str(MEMBER), *map(str, words)]
    with subprocess.Popen(command, env=office.environment, stdout=subprocess.PIPE, text=True) as process:
        yield process
    assert process.returncode == 0


def _row(what: str, found: list[float], wanted: str) -> list[str]:
    digits = 0 if max(found) > 100 else 2
    low, high = min(found), max(found)
    return [what, f"{median(found):.{digits}f}", f"{low:.{digits}f} to {high:.{digits}f}", wanted]


if __name__ == "__main__":
    main()
