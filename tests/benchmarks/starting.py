"""`python -m tests.benchmarks.starting`: from `blueprint new` to the first answered request.

The packages of a project are in the cache of the package manager, as after the first project ever.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from tests.benchmarks.processes import clean_environment
from tests.benchmarks.rounds import in_turns
from tests.benchmarks.tables import machine, show, table
from tests.benchmarks.tools import PATTERNS, ROOT, installed, new_shop

ROUNDS = 7


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        (folder / "home").mkdir()
        environment = clean_environment(folder / "home")
        blueprint = str(installed(folder / "ours", f"{ROOT}[local]") / "blueprint")
        contestants = {
            pattern: lambda pattern=pattern: _seconds(blueprint, pattern, folder / "shop", environment)
            for pattern in PATTERNS
        }
        seconds = in_turns(contestants, ROUNDS)
    rows = [
        [pattern, f"{median(found):.1f}", f"{min(found):.1f} to {max(found):.1f}"]
        for pattern, found in seconds.items()
    ]
    sys.stdout.write(machine())
    show("From `new` to the first answer", table(["pattern", "seconds, median", "range"], rows))


def _seconds(blueprint: str, pattern: str, project: Path, environment: Mapping[str, str]) -> float:
    """Write a project, start it, ask it for its products."""
    started = time.perf_counter()
    new_shop([blueprint], "shop", pattern, project, environment)
    command = [blueprint, "run", str(project), "--json", "--port", "auto"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        assert running.stdout
        try:
            ready = json.loads(running.stdout.readline())
            with urlopen(f"{ready['data']['url']}/products") as answer:
                answer.read()
            return time.perf_counter() - started
        finally:
            running.terminate()
            running.wait()
            shutil.rmtree(project)


if __name__ == "__main__":
    main()
