"""Write what a benchmark measured to `docs/results/NAME.json`, from which claims and pages take their
numbers.
"""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from blueprint.knowledge.results import FORMAT, Machine, Result, Series
from tests.benchmarks.tools import ROOT

FOLDER = ROOT / "docs/results"
_MEASURED = ("blueprint", "templates")


@contextmanager
def recording(name: str, conditions: str, folder: Path = FOLDER) -> Iterator[dict[str, Series]]:
    """A mapping to fill with series; it is written when the block ends without an error.

    A commit made or a file changed meanwhile does not count: what is recorded is the code at the start.
    """
    load, commit, modified = os.getloadavg()[0], _git("rev-parse", "HEAD"), _is_modified()
    series: dict[str, Series] = {}
    yield series
    result = Result(
        format=FORMAT,
        program=f"python -m tests.benchmarks.{name}",
        recorded_on=datetime.now(UTC).date().isoformat(),
        commit=commit,
        modified=modified,
        machine=_machine(load),
        conditions=conditions,
        series=series,
    )
    folder.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(result), indent=1)
    (folder / f"{name}.json").write_bytes(_values_on_one_line(text) + b"\n")


def series(unit: str, measurements: Mapping[str, list[float]], prefix: str = "") -> dict[str, Series]:
    """Measurements by name as series by `prefix/name`, with words joined by hyphens."""
    return {
        f"{prefix}{'-'.join(name.replace('`', '').split())}": Series(
            unit, tuple(round(each, 6) for each in values)
        )
        for name, values in measurements.items()
    }


def _machine(load: float) -> Machine:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return Machine(
        cores=os.cpu_count() or 1,
        processor=_processor(),
        memory_gib=round(memory),
        system=f"{platform.system()} {platform.release().partition('-')[0]}",
        python=platform.python_version(),
        load=(round(load, 2), round(os.getloadavg()[0], 2)),
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _is_modified() -> bool:
    return bool(_git("status", "--porcelain", "--", *_MEASURED))


def _git(*words: str) -> str:
    done = subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _values_on_one_line(text: bytes) -> bytes:
    """Join the lines of a list of numbers, so that a series is one line of a diff."""
    head, *parts = text.split(b"[\n")
    joined = [b" ".join(part.partition(b"]")[0].split()) + b"]" + part.partition(b"]")[2] for part in parts]
    return b"[".join([head, *joined])
